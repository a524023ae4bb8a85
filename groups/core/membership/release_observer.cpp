#include <tessera/groups/core/membership/plan.h>

#include <algorithm>

namespace tessera::core {
namespace {

/// A voter whose place may be taken: it observes and answers. The leader itself observes only if
/// it changed its mind while leading; then another must lead first.
bool wants_release(const MembershipView& view, const MemberId& voter, TimePoint now) {
  const MemberFacts* known = view.find(voter);
  return known != nullptr && known->observer && view.answers(voter, now);
}

}  // namespace

std::optional<MembershipPlan> release_observer(const MembershipView& view, TimePoint now) {
  for (const MemberId& voter : view.present.voters) {
    if (!wants_release(view, voter, now)) continue;
    MembershipPlan plan{view.present, "lets " + voter.peer.brief() + " observe"};
    plan.next.voters.erase(voter);
    plan.next.learners.insert(voter);
    const auto& learners = view.present.learners;
    const auto standby = std::find_if(learners.begin(), learners.end(), [&](const MemberId& each) {
      return view.is_standby(each, now);
    });
    if (standby != learners.end()) {
      plan.next.voters.insert(*standby);
      plan.next.learners.erase(*standby);
    }
    if (view.majority_answers(plan.next.voters, now)) return plan;
  }
  return std::nullopt;
}

}  // namespace tessera::core
