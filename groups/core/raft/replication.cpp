#include <tessera/groups/core/raft/raft.h>
#include <tessera/primitives/check.h>

#include <algorithm>

// How a leader feeds the others: thesis, 3.5 and 10.2; the states are those of rule 6.

namespace tessera::core {

std::optional<Cursor> Raft::propose(TimePoint now, EntryKind kind, Bytes data) {
  if (!leads() || transfer_ || is_full()) return std::nullopt;
  wake(now);
  const Cursor position{hard_.term, log_.last().index + 1};
  append_own({RawEntry{position, kind, next_time(now), std::move(data)}});
  proposed_ = true;
  return position;
}

bool Raft::is_full() const {
  if (!leads()) return false;
  if (transfer_) return true;
  const auto bytes = log_.bytes_in({hard_.commit + 1, log_.last().index});
  // After a start not all of it need be in memory: how much it is shows once it is committed.
  return !bytes || *bytes >= options_.limits.uncommitted_max;
}

void Raft::append_own(const std::vector<RawEntry>& entries) { append_to_log(entries); }

void Raft::flush(TimePoint now) {
  if (!proposed_ || !leads()) return;
  proposed_ = false;
  replicate_to_all(WhenEmpty::skip);
  advance_commit_index(now);
  commit_untold_ =
      commit_untold_ && std::any_of(progress_.begin(), progress_.end(), [this](const auto& each) {
        return lacks_commit(each.first, each.second);
      });
}

bool Raft::lacks_commit(const MemberId& member, const Progress& progress) const {
  return progress.commit_told() < hard_.commit && bonded_.contains(member);
}

void Raft::broadcast_heartbeat(TimePoint now) {
  heartbeat_due_ = now + settings_.in_force().heartbeat;
  const std::vector<Silence> silent = silences(now);
  rest_offered_ = may_rest(now);
  for (auto& [member, progress] : progress_) send_heartbeat(member, progress, silent);
  // A group of one has nobody to wait for.
  if (rest_offered_ && progress_.empty()) fall_asleep();
}

void Raft::send_heartbeat(const MemberId& to, Progress& progress,
                          const std::vector<Silence>& silent) {
  HeartbeatRequest request;
  request.term = hard_.term;
  request.commit = std::min(progress.match(), hard_.commit);
  request.round = rounds_.round();
  request.election_timeout = own_timeout();
  request.silent = silent;
  if (rest_offered_) request.rest = log_.last();
  request.takes_none = space_.takes_none;
  send(to, std::move(request), After::term);
}

void Raft::replicate_to_all(WhenEmpty when_empty) {
  for (auto& [member, progress] : progress_) replicate(member, progress, when_empty);
}

void Raft::replicate(const MemberId& to, Progress& progress, WhenEmpty when_empty) {
  if (!bonded_.contains(to)) return;
  bool sent = false;
  while (!progress.paused() && progress.next() <= log_.last().index) {
    if (!send_append(to, progress)) return;
    sent = true;
  }
  if (sent || when_empty == WhenEmpty::skip || progress.reading || progress.silent()) return;
  // Carries the commit index, and finds out whether something got lost on the way. What it needs
  // next may have been pruned since: then it is offered a session.
  const bool pruned = progress.next() <= log_.base().index;
  if (progress.state() == Progress::State::replicate && !pruned) {
    send_entries(to, progress, {});
  } else if (progress.state() != Progress::State::syncing) {
    send_append(to, progress);
  }
}

bool Raft::send_append(const MemberId& to, Progress& progress) {
  const std::size_t bytes_max = options_.limits.append_max;
  auto entries = log_.recent_range({progress.next(), bytes_max});
  const bool has_more = progress.next() <= log_.last().index;
  if (progress.state() == Progress::State::syncing) {
    // Each new batch once, within what the session can buffer; the rest follows after it.
    std::size_t bytes = 0;
    for (const RawEntry& entry : entries) bytes += entry.size();
    if (entries.empty() || !progress.within_credit(bytes)) return false;
    send_entries(to, progress, std::move(entries));
    return true;
  }
  if (needs_session(progress)) {
    offer_session(to, progress);
    return false;
  }
  if (has_more && entries.empty()) {
    progress.reading = true;
    events_.wanted.push_back({to, progress.next(), log_.last().index});
    return false;
  }
  send_entries(to, progress, std::move(entries));
  return true;
}

bool Raft::needs_session(const Progress& progress) const {
  if (progress.next() <= log_.base().index) return true;
  // What is above commit is re-sent in any case: a session has nothing to wait for there.
  if (progress.next() > hard_.commit) return false;
  const bool in_memory = log_.recent(progress.next()) != nullptr;
  if (progress.state() == Progress::State::replicate && in_memory) return false;
  const auto gap = log_.bytes_in({progress.next(), hard_.commit});
  return !gap || *gap > settings_.in_force().inline_catch_up;
}

void Raft::offer_session(const MemberId& to, Progress& progress) {
  if (progress.state() == Progress::State::replicate) progress.become_probe();
  SyncOffer offer;
  offer.term = hard_.term;
  offer.target = committed();
  offer.election_timeout = own_timeout();
  send(to, offer, After::term);
  progress.sent(progress.next() - 1, 0);
}

void Raft::send_entries(const MemberId& to, Progress& progress, std::vector<RawEntry> entries) {
  AppendRequest request;
  request.term = hard_.term;
  request.preceding = log_.cursor_at(progress.next() - 1);
  request.commit = hard_.commit;
  request.election_timeout = own_timeout();
  request.entries = std::move(entries);
  std::size_t bytes = 0;
  for (const RawEntry& entry : request.entries) bytes += entry.size();
  const Index last = request.preceding.index + request.entries.size();
  const bool counts = progress.state() != Progress::State::replicate || !request.entries.empty();
  const Index commit = request.commit;
  send(to, std::move(request), After::term);
  if (counts) progress.sent(last, bytes);
  progress.told(commit);
}

Progress* Raft::answered(TimePoint now, const MemberId& from) {
  const auto found = progress_.find(from);
  if (found == progress_.end()) return nullptr;
  Progress& progress = found->second;
  progress.recent_active = true;
  if (!progress.answering_since || now - progress.last_answer > own_timeout()) {
    progress.answering_since = now;
  }
  progress.last_answer = now;
  return &progress;
}

void Raft::receive(TimePoint now, const MemberId& from, const AppendResponse& response) {
  if (!accept_answer(now, response.term)) return;
  Progress* progress = answered(now, from);
  if (progress == nullptr) return;
  if (response.rejected) {
    const Cursor hint = log_.last_that_may_match(response.hint);
    if (progress->refused({response.index, hint.index})) {
      replicate(from, *progress, WhenEmpty::send);
    }
    return;
  }
  if (response.index > log_.last().index) {
    outbox_.log(LogLevel::error,
                "ignores an acknowledgement by " + from.peer.brief() + " of more than there is");
    return;
  }
  const bool news = progress->ack(response.index);
  if (progress->state() == Progress::State::probe) progress->become_replicate();
  if (news) advance_commit_index(now);
  // The commit may have been this leader's last act, or have ended the follower's membership.
  const auto still = progress_.find(from);
  if (still == progress_.end()) return;
  pursue_transfer(now);
  // What was committed while nothing could be sent to it is not left to the next heartbeat.
  replicate(from, still->second, WhenEmpty::skip);
  if (lacks_commit(from, still->second)) commit_untold_ = true;
}

void Raft::receive(TimePoint now, const MemberId& from, const HeartbeatResponse& response) {
  if (!accept_answer(now, response.term)) return;
  Progress* progress = answered(now, from);
  if (progress == nullptr) return;
  if (response.syncing) {
    progress->syncing(*response.syncing, log_.last().index);
  } else if (progress->state() == Progress::State::syncing) {
    progress->become_probe();
  }
  progress->disk_short = response.disk_short;
  hear_rest(now, from, response.rests);
  progress->resume_probe();
  if (rounds_.answered(from, response.round)) confirm_round(now);
  // A member that holds everything is probed too: only an answer makes it `replicate` again.
  const bool behind = progress->match() < log_.last().index;
  const bool unsure = progress->state() == Progress::State::probe;
  if (behind || unsure) replicate(from, *progress, WhenEmpty::send);
}

void Raft::entries_read(TimePoint, const MemberId& to, const std::vector<RawEntry>& entries) {
  const auto found = progress_.find(to);
  if (found == progress_.end()) return;
  Progress& progress = found->second;
  progress.reading = false;
  // The log may have changed since: only what is still next, still there and still true is sent.
  if (entries.empty() || entries.front().position.index != progress.next()) return;
  if (progress.next() <= log_.base().index) return;
  std::vector<RawEntry> current;
  for (const RawEntry& entry : entries) {
    if (!log_.holds(entry.position)) break;
    current.push_back(entry);
  }
  if (current.empty() || progress.paused() || progress.state() == Progress::State::syncing) return;
  send_entries(to, progress, std::move(current));
  replicate(to, progress, WhenEmpty::skip);
}

}  // namespace tessera::core
