#include <tessera/groups/core/membership/plan.h>

#include <vector>

namespace tessera::core {

std::optional<MembershipPlan> grow(const MembershipView& view, TimePoint now) {
  const std::size_t voters = view.present.voters.size();
  const std::size_t wanted = voters % 2 == 0 ? 1 : 2;
  if (voters + wanted > view.settings.committee_target) return std::nullopt;
  std::vector<MemberId> standbys;
  for (const MemberId& learner : view.present.learners) {
    if (standbys.size() < wanted && view.is_standby(learner, now)) standbys.push_back(learner);
  }
  if (standbys.size() < wanted) return std::nullopt;
  MembershipPlan plan{view.present, "grows to " + std::to_string(voters + wanted) + " voters"};
  for (const MemberId& standby : standbys) {
    plan.next.voters.insert(standby);
    plan.next.learners.erase(standby);
  }
  return plan;
}

}  // namespace tessera::core
