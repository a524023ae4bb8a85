#include <tessera/groups/core/configuration.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera::core {

std::set<MemberId> Configuration::members() const {
  std::set<MemberId> all = voters;
  all.insert(voters_outgoing.begin(), voters_outgoing.end());
  all.insert(learners.begin(), learners.end());
  return all;
}

Configuration Configuration::joint_with(const Configuration& next) const {
  check(!joint() && !next.joint(), "one change at a time");
  if (voters == next.voters) return next;
  Configuration between;
  between.voters = next.voters;
  between.voters_outgoing = voters;
  between.held_back = next.held_back;
  between.replaced_at = next.replaced_at;
  for (const MemberId& learner : next.learners) {
    (is_voter(learner) ? between.learners_next : between.learners).insert(learner);
  }
  return between;
}

Configuration Configuration::after_joint() const {
  Configuration next = *this;
  next.voters_outgoing.clear();
  next.learners.insert(next.learners_next.begin(), next.learners_next.end());
  next.learners_next.clear();
  return next;
}

Result<void> Configuration::validate() const {
  if (voters.empty()) return {Errc::malformed, "a configuration without a voter"};
  const auto votes = [this](const MemberId& member) { return is_voter(member); };
  if (std::any_of(learners.begin(), learners.end(), votes)) {
    return {Errc::malformed, "a configuration in which a learner votes"};
  }
  const auto stays = [this](const MemberId& member) {
    return voters_outgoing.contains(member) && !voters.contains(member);
  };
  if (!std::all_of(learners_next.begin(), learners_next.end(), stays)) {
    return {Errc::malformed, "a configuration in which a learner to be is no outgoing voter"};
  }
  const auto learns = [this](const MemberId& member) {
    return learners.contains(member) || learners_next.contains(member);
  };
  if (!std::all_of(held_back.begin(), held_back.end(), learns)) {
    return {Errc::malformed, "a configuration that holds back somebody who does not learn"};
  }
  return {};
}

}  // namespace tessera::core
