#include <tessera/groups/core/membership/plan.h>

namespace tessera::core {

std::optional<MembershipPlan> return_wiped(const MembershipView& view, TimePoint now) {
  for (const MemberId& learner : view.present.learners) {
    if (!view.is_standby(learner, now)) continue;
    for (const MemberId& voter : view.present.voters) {
      if (voter.peer != learner.peer) continue;
      MembershipPlan plan{
          view.present, "gives " + learner.peer.brief() + ", back on a new store, its vote again"};
      plan.next.voters.erase(voter);
      plan.next.voters.insert(learner);
      plan.next.learners.erase(learner);
      return plan;
    }
  }
  return std::nullopt;
}

}  // namespace tessera::core
