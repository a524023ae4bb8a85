#include <tessera/groups/core/membership/plan.h>

namespace tessera::core {
namespace {

bool is_due(const MembershipView& view, const MemberId& peer, const MemberFacts& known,
            TimePoint now) {
  return !view.present.contains(peer) && known.bonded_since && !known.leaving &&
         now >= *known.bonded_since + view.settings.heartbeat * heartbeats_bonded;
}

bool is_forgotten(const MembershipView& view, const MemberId& learner, const MemberFacts& known,
                  TimePoint now) {
  return view.present.learners.contains(learner) && known.last_answer &&
         now >= *known.last_answer + view.settings.forget_after;
}

}  // namespace

std::optional<MembershipPlan> tend_learners(const MembershipView& view, TimePoint now) {
  MembershipPlan plan{view.present, {}};
  for (const auto& [member, known] : view.facts) {
    if (is_forgotten(view, member, known, now)) {
      plan.next.learners.erase(member);
      plan.next.held_back.erase(member);
    } else if (is_due(view, member, known, now)) {
      // A learner's place goes to its successor when a node comes back on another store.
      const auto same_node = [peer = member.peer](const MemberId& learner) {
        return learner.peer == peer;
      };
      std::erase_if(plan.next.learners, same_node);
      std::erase_if(plan.next.held_back, same_node);
      plan.next.learners.insert(member);
    }
  }
  if (plan.next == view.present) return std::nullopt;
  plan.reason = "has " + std::to_string(plan.next.learners.size()) + " learners now";
  return plan;
}

}  // namespace tessera::core
