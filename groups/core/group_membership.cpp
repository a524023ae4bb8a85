#include <tessera/groups/core/group_state.h>

#include <algorithm>
#include <utility>

// The group looks after its members: while this member leads, and one change after the other.

namespace tessera::core {

void GroupCore::State::settle_membership() {
  admin_calls_.pump(now_, *raft_, admin_desk_);
  if (!raft_->leads()) {
    admin_desk_.clear();
    return;
  }
  if (!raft_->settled()) return;
  if (!admin_desk_.empty()) serve_desk();
  if (!raft_->may_change_members()) return;
  if (!members_at_rest()) {
    if (const auto plan = plan_membership(membership_view(), now_)) {
      outbox_.log(LogLevel::info, plan->reason);
      raft_->propose_configuration(now_, plan->next);
      return;
    }
  }
  favour_others();
}

void GroupCore::State::serve_desk() {
  for (AdminDesk::Answer& answer : admin_desk_.work(now_, *raft_, membership_view())) {
    if (answer.to == options_.self) {
      admin_calls_.receive(answer.response);
    } else {
      outbox_.send(answer.to, std::move(answer.response), outbox_.latest());
    }
  }
  for (const PeerId& peer : admin_desk_.take_removed()) {
    if (peers_.contains(peer)) {
      outbox_.send(peer, RemovalNotice{raft_->committed()}, outbox_.latest());
    }
  }
}

bool GroupCore::State::members_at_rest() const {
  const Configuration& present = raft_->configurations().in_force();
  return present.learners.empty() &&
         std::all_of(peers_.begin(), peers_.end(), [&](const auto& each) {
           const Peer& peer = each.second;
           return !peer.consents || (present.contains(peer.member) && !peer.leadership.observes());
         });
}

void GroupCore::State::favour_others() {
  if (options_.leadership == LeadershipPreference::normal()) return;
  if (favoured_in_ == raft_->term()) return;
  const Configuration& present = raft_->configurations().in_force();
  for (const auto& [peer, state] : peers_) {
    const bool willing = state.leadership == LeadershipPreference::normal();
    if (!willing || !present.voters.contains(state.member)) continue;
    const auto progress = raft_->progress().find(state.member);
    if (progress == raft_->progress().end()) continue;
    if (progress->second.match() != raft_->log().last().index) continue;
    // Once in a leadership: where it does not work, somebody has to lead.
    favoured_in_ = raft_->term();
    raft_->transfer(now_, state.member);
    return;
  }
}

std::optional<MemberId> GroupCore::State::successor() const {
  const MembershipView view = membership_view();
  std::optional<MemberId> best;
  std::pair<bool, std::uint32_t> least;  // whose disk is short comes last, then who is reluctant
  for (const auto& [peer, state] : peers_) {
    const MemberId& member = state.member;
    if (!view.present.voters.contains(member) || state.leadership.observes()) continue;
    if (!view.answers(member, now_) || !raft_->caught_up(member)) continue;
    const bool disk_short = raft_->progress().at(member).disk_short.value_or(false);
    const std::pair reluctance(disk_short, state.leadership.timeout_factor());
    if (best && reluctance >= least) continue;
    best = member;
    least = reluctance;
  }
  return best;
}

bool GroupCore::State::hand_over() {
  if (!raft_ || !raft_->leads()) return false;
  wake();
  const auto target = successor();
  const bool begun = target && raft_->transfer(now_, *target);
  settle();
  return begun;
}

MembershipView GroupCore::State::membership_view() const {
  MembershipView view;
  view.self = founding_->self();
  view.durability = options_.durability;
  view.present = raft_->configurations().in_force();
  view.settings = raft_->settings().in_force();
  view.log_time = raft_->log_time(now_);
  for (const auto& [member, progress] : raft_->progress()) {
    MemberFacts& facts = view.facts[member];
    facts.last_answer = progress.last_answer;
    facts.answering_since = progress.answering_since;
    facts.caught_up = raft_->caught_up(member);
  }
  for (const auto& [peer, state] : peers_) {
    if (!state.consents) continue;
    MemberFacts& facts = view.facts[state.member];
    facts.bonded_since = state.since;
    facts.durability = state.durability;
    facts.observer = state.leadership.observes();
    facts.leaving = admin_desk_.leaving().contains(peer);
  }
  return view;
}

}  // namespace tessera::core
