#include <tessera/groups/core/raft/raft.h>

#include <algorithm>

// Where state synchronisation meets the log. Nothing a session does is an acknowledgement.

namespace tessera::core {

void Raft::receive(TimePoint now, const MemberId& from, const SyncOffer& offer) {
  HeartbeatResponse response;
  response.syncing = session_;
  response.disk_short = space_.disk_short;
  if (!accept_leader(now, from, offer.term, offer.election_timeout)) {
    response.term = hard_.term;
    send(from, response, After::term);
    return;
  }
  if (log_.holds(offer.target) || offer.target.index <= log_.base().index) {
    // At a committed position the logs are the same, so this much may be acknowledged.
    commit_target(offer.target);
    AppendResponse holds;
    holds.term = hard_.term;
    holds.index = std::max(offer.target.index, log_.base().index);
    send(from, holds, After::everything);
    return;
  }
  if (offer.target.index <= hard_.commit) {
    outbox_.log(LogLevel::error,
                "ignores an offer to synchronise to a position that contradicts "
                "what is committed here");
    return;
  }
  if (!session_) {
    events_.session_wanted = offer.target;
    events_.session_leader_commit = offer.target.index;
    return;
  }
  response.term = hard_.term;
  send(from, response, After::term);
}

void Raft::receive(TimePoint now, const MemberId& from, const SyncDone& done) {
  if (!accept_answer(now, done.term)) return;
  Progress* progress = answered(now, from);
  if (progress == nullptr) return;
  const auto& statement = progress->statement();
  if (statement && statement->session != done.session) return;
  progress->become_probe();
  // Only what is committed counts here; entries above it count when an append has matched them.
  const bool known = done.position.index <= hard_.commit && log_.holds(done.position);
  if (known && progress->ack(done.position.index)) progress->become_probe();
  replicate(from, *progress, WhenEmpty::send);
}

void Raft::append_fetched(const std::vector<LogEntry>& entries, const Cursor& target) {
  std::vector<RawEntry> batch;
  Cursor end = log_.last();
  for (const LogEntry& next : entries) {
    const Cursor& position = next.entry.position;
    if (batch.empty() && (position.index <= log_.base().index || log_.holds(position))) continue;
    const bool follows = batch.empty() ? log_.holds(next.preceding) : next.preceding == end;
    const bool ordered = position.index == next.preceding.index + 1 &&
                         position.term >= next.preceding.term && position.term <= hard_.term;
    if (!follows || !ordered) break;
    if (batch.empty() && position.index <= log_.last().index) {
      // It conflicts with a local entry. Only what lies at or below the committed target, and
      // above what is committed here, may replace one.
      if (position.index <= hard_.commit || position.index > target.index) break;
    }
    batch.push_back(next.entry);
    end = position;
  }
  AppendRequest request;
  request.term = hard_.term;
  request.entries = std::move(batch);
  if (request.entries.empty()) return;
  request.preceding = log_.cursor_at(request.entries.front().position.index - 1);
  if (!well_formed(request)) {
    outbox_.log(LogLevel::error, "a session fetched entries that do not decode; they are dropped");
    return;
  }
  append_to_log(request.entries);
}

void Raft::install(const Installed& installed) {
  if (!log_.holds(installed.position)) {
    log_.reset(installed.position);
    configurations_.restart(installed.position.index, installed.configuration);
    settings_.restart(installed.position.index, installed.settings);
    last_time_ = installed.time;
    verified_ = Index{};
    stability_.replaced(outbox_.latest(), installed.position);
  } else {
    // The log may begin before what the histories of this life do.
    configurations_.fill_in(installed.position.index, installed.configuration);
    settings_.fill_in(installed.position.index, installed.settings);
  }
  hard_.commit = std::max(hard_.commit, installed.position.index);
  persist_hard_state();
  outbox_.status_changed();
}

void Raft::commit_target(const Cursor& target) {
  // One leader made all entries of the target's term, in one log, which is the committed one up to
  // the target: an entry of that term below it is the committed one, with all before it.
  const Index held = std::min(target.index, log_.last().index);
  if (log_.term_at(held) == target.term) raise_commit(held);
}

void Raft::session_done(std::uint64_t session, const Cursor& position) {
  if (!leader_ || leads()) return;
  SyncDone done;
  done.term = hard_.term;
  done.session = session;
  done.position = position;
  send(*leader_, done, After::everything);
}

}  // namespace tessera::core
