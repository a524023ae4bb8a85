#include <tessera/groups/core/raft/raft.h>

#include <algorithm>

// A group that has nothing to do falls asleep: no heartbeats, no election timeouts. Whoever wakes
// tells its leader, and the leader's next heartbeat wakes the others.

namespace tessera::core {

bool Raft::is_at_rest() const {
  const Cursor last = log_.last();
  return options_.may_sleep && nothing_to_do_ && !session_ && last.index == hard_.commit &&
         stability_.durable() == last && commit_written_ == hard_.commit;
}

/// Nobody let this leader run for so long that another may have been elected since the answers
/// that it finds now were sent.
bool Raft::held_up(TimePoint now) const { return now >= heartbeat_due_ + own_timeout() / 2; }

bool Raft::may_rest(TimePoint now) const {
  if (now < rest_due_ || held_up(now) || !is_at_rest() || !settled() || transfer_) return false;
  if (rounds_.in_flight() || rounds_.any_waiting() || configurations_.in_force().joint()) {
    return false;
  }
  return std::all_of(progress_.begin(), progress_.end(), [this](const auto& each) {
    const Progress& progress = each.second;
    return bonded_.contains(each.first) && progress.state() == Progress::State::replicate &&
           progress.match() == hard_.commit && progress.commit_told() == hard_.commit;
  });
}

void Raft::hear_rest(TimePoint now, const MemberId& from, const std::optional<Cursor>& position) {
  if (position != log_.last()) {
    // It has woken, or never slept: then there is something that it may need a leader for.
    resting_.erase(from);
    if (asleep_) wake(now);
    return;
  }
  if (asleep_ || !may_rest(now)) return;
  if (rest_at_ != *position) resting_.clear();
  rest_at_ = *position;
  resting_.insert(from);
  const bool all = std::all_of(progress_.begin(), progress_.end(),
                               [this](const auto& each) { return resting_.contains(each.first); });
  if (all) fall_asleep();
}

std::optional<Cursor> Raft::follow_to_rest(const std::optional<Cursor>& position) {
  if (position && position == log_.last() && is_at_rest()) {
    if (!asleep_) fall_asleep();
    return position;
  }
  if (asleep_) {
    asleep_ = false;
    outbox_.status_changed();
  }
  return std::nullopt;
}

void Raft::fall_asleep() {
  asleep_ = true;
  outbox_.status_changed();
}

void Raft::put_off_rest(TimePoint now) {
  rest_due_ = now + own_timeout();
  resting_.clear();
}

void Raft::wake(TimePoint now) {
  put_off_rest(now);
  if (!asleep_) return;
  asleep_ = false;
  outbox_.status_changed();
  if (leads()) {
    quorum_check_due_ = now + own_timeout();
    broadcast_heartbeat(now);
    return;
  }
  reset_election_deadline(now);
  if (!leader_) return;
  // Until it has had the time to answer, nobody takes its place.
  leader_heard_ = now;
  HeartbeatResponse woken;
  woken.term = hard_.term;
  woken.disk_short = space_.disk_short;
  send(*leader_, woken, After::term);
}

}  // namespace tessera::core
