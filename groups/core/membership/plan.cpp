#include <tessera/groups/core/membership/plan.h>
#include <tessera/groups/core/raft/quorum.h>

#include <algorithm>
#include <array>

namespace tessera::core {

const MemberFacts* MembershipView::find(const MemberId& member) const {
  const auto found = facts.find(member);
  return found == facts.end() ? nullptr : &found->second;
}

bool MembershipView::answers(const MemberId& member, TimePoint now) const {
  if (member == self) return true;
  const MemberFacts* known = find(member);
  return known != nullptr && known->answering_since && known->last_answer &&
         now - *known->last_answer <= settings.election_timeout;
}

bool MembershipView::is_standby(const MemberId& member, TimePoint now) const {
  const MemberFacts* known = find(member);
  return known != nullptr && present.learners.contains(member) && known->caught_up &&
         !present.held_back.contains(member) && known->bonded_since && !known->observer &&
         !known->leaving && known->durability >= settings.durability && answers(member, now);
}

bool MembershipView::majority_answers(const std::set<MemberId>& voters, TimePoint now) const {
  Configuration only;
  only.voters = voters;
  std::set<MemberId> answering;
  for (const MemberId& voter : voters) {
    if (answers(voter, now)) answering.insert(voter);
  }
  return has_quorum(only, answering);
}

Duration replace_after(const GroupSettings& settings) {
  return std::max(settings.replace_after, settings.election_timeout * timeouts_silent_min);
}

std::optional<MembershipPlan> plan_membership(const MembershipView& view, TimePoint now) {
  constexpr std::array rules{return_wiped, release_observer, replace_silent, grow, tend_learners};
  for (const auto& rule : rules) {
    if (auto plan = rule(view, now)) return plan;
  }
  return std::nullopt;
}

std::optional<TimePoint> next_membership_due(const MembershipView& view, TimePoint now) {
  std::optional<TimePoint> earliest;
  const auto consider = [&](TimePoint due) {
    if (due > now) earliest = earliest ? std::min(*earliest, due) : due;
  };
  for (const auto& [member, known] : view.facts) {
    if (!view.present.contains(member)) {
      if (known.bonded_since) {
        consider(*known.bonded_since + view.settings.heartbeat * heartbeats_bonded);
      }
    } else if (view.present.is_voter(member)) {
      if (known.last_answer) consider(*known.last_answer + replace_after(view.settings));
    } else {
      if (known.last_answer) consider(*known.last_answer + view.settings.forget_after);
      if (known.answering_since) consider(*known.answering_since + replace_after(view.settings));
    }
  }
  const Duration paced = replace_after(view.settings) - (view.log_time - view.present.replaced_at);
  if (view.present.replaced_at.count() != 0) consider(now + paced);
  return earliest;
}

}  // namespace tessera::core
