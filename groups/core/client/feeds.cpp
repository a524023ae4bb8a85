#include <tessera/groups/core/client/feeds.h>

#include <algorithm>
#include <utility>

namespace tessera::core {

void Feeds::add(TimePoint deadline, RequestId request, const Bytes& command) {
  Feed feed;
  feed.request = request;
  feed.data = CommandEnvelope::wrap(CommandOrigin{}, command.view());
  feed.deadline = deadline;
  backlog_.took(command);
  feeds_.emplace(++last_, std::move(feed));
}

bool Feeds::cancel(RequestId request) {
  for (auto at = feeds_.begin(); at != feeds_.end(); ++at) {
    if (at->second.request != request) continue;
    fail(at, at->second.sending ? cancelled_too_late() : aborted());
    return true;
  }
  return false;
}

void Feeds::pump(TimePoint now, Raft& raft) {
  for (auto at = feeds_.lower_bound(first_waiting_); at != feeds_.end();) {
    first_waiting_ = at->first;
    if (at->second.sending) {
      ++at;
      continue;
    }
    if (!dispatch_.is_open(raft)) return;
    at->second.sending = dispatch_.send(now, raft, {EntryKind::command, at->second.data},
                                        {Parcel::Kind::feed, ClientId{}, at->first});
    const auto sent = at++;
    if (sent->second.sending->position) assigned(sent, *sent->second.sending->position);
  }
  first_waiting_ = last_ + 1;
}

void Feeds::answered(std::uint64_t number, const ForwardResponse& response) {
  const auto at = feeds_.find(number);
  if (at == feeds_.end()) return;
  switch (response.outcome) {
    case ForwardOutcome::appended:
      assigned(at, response.position);
      return;
    case ForwardOutcome::not_leader:
    case ForwardOutcome::out_of_order:
      // It was not appended, and no copy of it ever will be: it waits for the next leader.
      first_waiting_ = std::min(first_waiting_, at->first);
      at->second.sending.reset();
      return;
    case ForwardOutcome::full:
      fail(at, Error(Errc::would_block, "the leader's queue is full"));
      return;
    case ForwardOutcome::refused:
      fail(at, Error(Errc::not_committed, "the leader refused the command"));
      return;
  }
}

void Feeds::term_began(Term term) {
  const Error unknown(Errc::unknown_outcome, "the leader changed before it answered");
  for (auto at = feeds_.begin(); at != feeds_.end();) {
    const auto& sending = at->second.sending;
    at = sending && sending->term < term ? fail(at, unknown) : std::next(at);
  }
}

void Feeds::fail_sent(const Error& reason) {
  for (auto at = feeds_.begin(); at != feeds_.end();) {
    at = at->second.sending ? fail(at, reason) : std::next(at);
  }
}

void Feeds::tick(TimePoint now) {
  // Deadlines rise with the number, as the timeout is one for all.
  while (!feeds_.empty() && feeds_.begin()->second.deadline <= now) {
    const auto first = feeds_.begin();
    fail(first, first->second.sending ? unknown_after_timeout() : no_leader_in_time());
  }
}

std::optional<TimePoint> Feeds::next_deadline() const {
  if (feeds_.empty()) return std::nullopt;
  return feeds_.begin()->second.deadline;
}

void Feeds::refuse_waiting(const Error& reason) {
  for (auto at = feeds_.begin(); at != feeds_.end();) {
    at = at->second.sending ? std::next(at) : fail(at, reason);
  }
}

void Feeds::fail_all(const Error& reason) {
  fail_sent(Error(Errc::unknown_outcome, reason.message()));
  refuse_waiting(reason);
}

void Feeds::assigned(Table::iterator at, const Cursor& position) {
  Reply reply;
  reply.request = at->second.request;
  reply.position = position;
  outbox_.reply(std::move(reply));
  erase(at);
}

Feeds::Table::iterator Feeds::fail(Table::iterator at, const Error& reason) {
  outbox_.fail(at->second.request, reason);
  return erase(at);
}

Feeds::Table::iterator Feeds::erase(Table::iterator at) {
  if (at->second.sending) dispatch_.forget(*at->second.sending);
  // Counted as it was taken: without the envelope that it got since.
  backlog_.let_go(at->second.data.slice({CommandEnvelope::header_size}));
  return feeds_.erase(at);
}

}  // namespace tessera::core
