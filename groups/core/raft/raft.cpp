#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/raft/raft.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

/// A commit index that nothing else carries to the store is written after this long: it only
/// shortens a later start.
constexpr std::chrono::seconds commit_write_delay{1};

}  // namespace

Raft::Raft(const RaftOptions& options, RaftRecord record, Outbox& outbox)
    : options_(options),
      outbox_(outbox),
      random_(options.seed),
      hard_(record.hard),
      log_(std::move(record.log)),
      stability_(log_.last()),
      configurations_(std::move(record.configurations)),
      settings_(std::move(record.settings)),
      commit_written_(record.hard.commit) {
  hard_.commit = std::max(hard_.commit, log_.base().index);
  check(hard_.commit <= log_.last().index, "the stored commit index lies within the log");
  const RawEntry* last = log_.recent(log_.last().index);
  check(last != nullptr || log_.last() == log_.base(), "a start knows the last entry");
  last_time_ = last != nullptr ? last->time : record.base_time;
}

void Raft::start(TimePoint now) {
  commit_write_due_ = now + commit_write_delay;
  reset_election_deadline(now);
}

void Raft::found(const RawEntry& genesis) {
  check(log_.last() == Cursor{} && genesis.position.index == Index{1}, "a group begins once");
  hard_.term = genesis.position.term;
  append_to_log({genesis});
  persist_hard_state();
  term_ticket_ = outbox_.latest();
}

void Raft::tick(TimePoint now) {
  if (asleep_) {
    // What it waits for wakes it.
  } else if (leads()) {
    if (held_up(now)) put_off_rest(now);
    if (now >= quorum_check_due_) check_quorum(now);
    if (leads() && now >= heartbeat_due_) broadcast_heartbeat(now);
    if (transfer_ && now >= transfer_->until) transfer_.reset();
  } else if (now >= election_deadline_ && may_campaign()) {
    campaign(now, options_.pre_vote ? Campaign::pre_vote : Campaign::election);
  }
  if (now >= commit_write_due_) {
    commit_write_due_ = now + commit_write_delay;
    write_commit();
  }
}

void Raft::write_commit() {
  if (hard_.commit > commit_written_) persist_hard_state();
}

std::optional<TimePoint> Raft::next_deadline() const {
  std::optional<TimePoint> deadline;
  if (asleep_) {
    // None of its own.
  } else if (leads()) {
    deadline = std::min(heartbeat_due_, quorum_check_due_);
    if (transfer_) deadline = std::min(*deadline, transfer_->until);
  } else if (may_campaign()) {
    deadline = election_deadline_;
  }
  if (hard_.commit > commit_written_) {
    deadline = deadline ? std::min(*deadline, commit_write_due_) : commit_write_due_;
  }
  return deadline;
}

void Raft::peer_up(TimePoint now, const MemberId& peer) {
  bonded_.insert(peer);
  if (!leads()) return;
  const auto progress = progress_.find(peer);
  if (progress == progress_.end()) return;
  // What was in flight went down with the earlier bond.
  progress->second.become_probe();
  send_heartbeat(peer, progress->second, {});
  replicate(peer, progress->second, WhenEmpty::send);
  heartbeat_due_ = std::min(heartbeat_due_, now + settings_.in_force().heartbeat);
}

void Raft::peer_down(const MemberId& peer) { bonded_.erase(peer); }

void Raft::renew(TimePoint now, const MemberId& self) {
  options_.self = self;
  become_follower(now, hard_.term, std::nullopt);
}

RaftEvents Raft::take_events() { return std::exchange(events_, RaftEvents{}); }

void Raft::forget_histories_before(Index index) {
  configurations_.forget_before(index);
  settings_.forget_before(index);
}

void Raft::send(const MemberId& to, Message message, After after) {
  if (!bonded_.contains(to)) return;
  outbox_.send(to.peer, std::move(message),
               after == After::everything ? outbox_.latest() : term_ticket_);
}

void Raft::persist_hard_state() {
  outbox_.persist_hard_state(hard_);
  commit_written_ = hard_.commit;
}

LogTime Raft::next_time(TimePoint now) const {
  return std::max(last_time_,
                  leading_from_ + std::chrono::duration_cast<LogTime>(now - leading_since_));
}

std::chrono::milliseconds Raft::own_timeout() const {
  return settings_.in_force().election_timeout;
}

void Raft::check_invariants() const {
  log_.check_invariants();
  check(hard_.commit >= log_.base().index, "what was dropped from the log was committed");
  check(hard_.commit <= log_.last().index, "what is committed is in the log");
  check(stability_.durable().index <= log_.last().index, "what is durable is in the log");
  check(verified_ <= log_.last().index, "what was verified is in the log");
  check(!leads() || leader_ == options_.self, "a leader knows itself");
  check(!leads() || hard_.vote == options_.self, "a leader voted for itself");
  check(leads() || progress_.empty(), "only a leader tracks others");
  check(!asleep_ || hard_.commit == log_.last().index, "who sleeps has nothing left to commit");
  for (const auto& [member, progress] : progress_) {
    check(progress.match() < progress.next(), "what matches is not sent again");
    check(progress.match() <= log_.last().index, "nobody matches more than there is");
    progress.in_flight().check_invariants();
  }
}

}  // namespace tessera::core
