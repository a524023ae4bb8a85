#include <tessera/groups/core/configuration.h>

#include <algorithm>

namespace tessera::core {

std::set<MemberId> Configuration::members() const {
  std::set<MemberId> all = voters;
  all.insert(voters_outgoing.begin(), voters_outgoing.end());
  all.insert(learners.begin(), learners.end());
  return all;
}

Result<void> Configuration::validate() const {
  if (voters.empty()) return {Errc::malformed, "a configuration without a voter"};
  const auto votes = [this](const MemberId& member) { return is_voter(member); };
  if (std::any_of(learners.begin(), learners.end(), votes)) {
    return {Errc::malformed, "a configuration in which a learner votes"};
  }
  return {};
}

}  // namespace tessera::core
