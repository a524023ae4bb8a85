#include <tessera/groups/core/membership/plan.h>

namespace tessera::core {
namespace {

bool has_been_silent(const MembershipView& view, const MemberId& voter, TimePoint now) {
  const MemberFacts* known = view.find(voter);
  return known != nullptr && known->last_answer &&
         now - *known->last_answer >= replace_after(view.settings);
}

bool has_answered_for_long(const MembershipView& view, const MemberId& learner, TimePoint now) {
  const MemberFacts* known = view.find(learner);
  return view.is_standby(learner, now) &&
         now - *known->answering_since >= replace_after(view.settings);
}

/// One voter a change, and not before `replace_after` has passed since the last one: whatever
/// silences many at once is not answered by replacing them all.
bool is_paced(const MembershipView& view) {
  return view.present.replaced_at.count() == 0 ||
         view.log_time - view.present.replaced_at >= replace_after(view.settings);
}

}  // namespace

std::optional<MembershipPlan> replace_silent(const MembershipView& view, TimePoint now) {
  if (!is_paced(view)) return std::nullopt;
  for (const MemberId& voter : view.present.voters) {
    if (!has_been_silent(view, voter, now)) continue;
    for (const MemberId& learner : view.present.learners) {
      if (!has_answered_for_long(view, learner, now)) continue;
      MembershipPlan plan{view.present, "replaces the silent voter " + voter.peer.brief() + " by " +
                                            learner.peer.brief()};
      plan.next.voters.erase(voter);
      plan.next.voters.insert(learner);
      plan.next.learners.erase(learner);
      plan.next.replaced_at = view.log_time;
      if (view.majority_answers(plan.next.voters, now)) return plan;
    }
  }
  return std::nullopt;
}

}  // namespace tessera::core
