#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/raft/raft.h>
#include <tessera/primitives/check.h>

#include <algorithm>

// How a follower takes what a leader sends: thesis, 3.5.

namespace tessera::core {

void Raft::receive(TimePoint now, const MemberId& from, const AppendRequest& request) {
  if (!accept_leader(now, from, request.term, request.election_timeout)) {
    refuse_append(from, request.preceding);
    return;
  }
  if (!well_formed(request)) {
    outbox_.log(LogLevel::error, "drops entries from " + from.peer.brief() +
                                     " that are not in order or do not decode");
    return;
  }
  if (session_) {
    buffer_for_session(from, request);
    return;
  }
  AppendResponse response;
  response.term = hard_.term;
  if (request.preceding.index < hard_.commit) {
    // Late or repeated: what is committed is the same everywhere.
    response.index = hard_.commit;
    send(from, response, After::everything);
    return;
  }
  if (!log_.holds(request.preceding)) {
    refuse_append(from, request.preceding);
    return;
  }
  // Only an entry whose term conflicts is ever cut off, never what a shorter message leaves out.
  auto fresh = request.entries.begin();
  while (fresh != request.entries.end() && log_.holds(fresh->position)) ++fresh;
  append_to_log({fresh, request.entries.end()});
  response.index = request.preceding.index + request.entries.size();
  verified_ = std::max(verified_, response.index);
  raise_commit(std::min(request.commit, verified_));
  send(from, response, After::everything);
}

void Raft::receive(TimePoint now, const MemberId& from, const HeartbeatRequest& request) {
  HeartbeatResponse response;
  if (accept_leader(now, from, request.term, request.election_timeout)) {
    response.round = request.round;
    response.syncing = session_;
    raise_commit(std::min(request.commit, verified_));
    hear_silences(now, request.silent);
    response.rests = follow_to_rest(request.rest);
    leader_takes_none_ = request.takes_none;
  }
  response.disk_short = space_.disk_short;
  response.term = hard_.term;
  send(from, response, After::term);
}

void Raft::refuse_append(const MemberId& to, const Cursor& preceding) {
  AppendResponse response;
  response.term = hard_.term;
  response.index = preceding.index;
  response.rejected = true;
  response.hint = log_.last_that_may_match(preceding);
  send(to, response, After::term);
}

void Raft::buffer_for_session(const MemberId& from, const AppendRequest& request) {
  // A syncing member acknowledges no entries; it says what it is doing.
  if (!request.entries.empty()) {
    events_.batches.push_back({request.preceding, request.entries});
  }
  HeartbeatResponse response;
  response.term = hard_.term;
  response.syncing = session_;
  response.disk_short = space_.disk_short;
  send(from, response, After::term);
}

bool Raft::well_formed(const AppendRequest& request) const {
  Cursor preceding = request.preceding;
  if (preceding.term > request.term) return false;
  for (const RawEntry& entry : request.entries) {
    const Cursor& position = entry.position;
    if (position.index != preceding.index + 1 || position.term < preceding.term ||
        position.term > request.term) {
      return false;
    }
    if (entry.kind == EntryKind::membership && !decode_configuration(entry.data)) return false;
    if (entry.kind == EntryKind::settings && !decode_settings(entry.data)) return false;
    if (entry.kind == EntryKind::genesis && !decode_proposal(entry.data)) return false;
    preceding = position;
  }
  return true;
}

void Raft::append_to_log(const std::vector<RawEntry>& entries) {
  if (entries.empty()) return;
  const Index first = entries.front().position.index;
  if (first <= log_.last().index) truncate_log_from(first);
  log_.append(entries);
  for (const RawEntry& entry : entries) {
    check(learn_from(entry).has_value(), "entries are checked before they are appended");
  }
  last_time_ = entries.back().time;
  outbox_.persist_entries(entries);
  if (hard_.commit != commit_written_) persist_hard_state();
  stability_.written(outbox_.latest(), log_.last());
}

void Raft::truncate_log_from(Index index) {
  check(index > hard_.commit, "a committed entry is never cut off");
  log_.truncate_from(index);
  stability_.truncated_to(log_.last());
  configurations_.truncate_from(index);
  settings_.truncate_from(index);
  verified_ = std::min(verified_, log_.last().index);
}

void Raft::raise_commit(Index index) {
  if (index <= hard_.commit) return;
  check(index <= log_.last().index, "what is committed is in the log");
  hard_.commit = index;
  outbox_.status_changed();
}

}  // namespace tessera::core
