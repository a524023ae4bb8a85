#include <tessera/groups/core/client/operations.h>

#include <boost/system/errc.hpp>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

const Error unknown_after_timeout(Errc::unknown_outcome,
                                  "the command left this member and was not seen applied in time");

Error aborted() {
  // What Asio calls operation_aborted.
  return {boost::system::error_code(boost::system::errc::operation_canceled,
                                    boost::system::system_category()),
          "the operation was cancelled"};
}

}  // namespace

void Operations::add(TimePoint now, RequestId request, Bytes command, Answer answer) {
  Reply refused;
  refused.request = request;
  if (command.size() > options_.limits.command_max) {
    refused.error = Error(Errc::too_large, "a command of " + std::to_string(command.size()) +
                                               " bytes is above the limit of " +
                                               std::to_string(options_.limits.command_max));
  } else if (bytes_ + command.size() > options_.limits.waiting_max) {
    refused.error = Error(Errc::would_block, "this member's queue of commands is full");
  }
  if (refused.error) {
    outbox_.reply(std::move(refused));
    return;
  }
  const std::uint64_t sequence = ++sequence_;
  Operation operation;
  operation.request = request;
  operation.data = CommandEnvelope::wrap({options_.run, sequence}, command.view());
  operation.answer = answer;
  operation.deadline = now + options_.timeout;
  bytes_ += operation.data.size();
  operations_.emplace(sequence, std::move(operation));
}

void Operations::cancel(RequestId request) {
  for (auto at = operations_.begin(); at != operations_.end(); ++at) {
    if (at->second.request != request) continue;
    fail(at, at->second.left_in ? Error(Errc::unknown_outcome, "cancelled after it had left")
                                : aborted());
    return;
  }
}

void Operations::pump(TimePoint now, Raft* raft) {
  if (raft == nullptr || !raft->leader()) return;
  for (auto at = operations_.lower_bound(first_waiting_); at != operations_.end();) {
    Operation& operation = at->second;
    first_waiting_ = at->first;
    if (operation.left_in) {
      ++at;
      continue;
    }
    if (raft->leads()) {
      const auto position = raft->propose(now, EntryKind::command, operation.data);
      if (!position) return;  // full: the rest waits its turn
      operation.left_in = position->term;
      if (operation.answer == Answer::when_assigned) {
        Reply reply;
        reply.position = *position;
        at = finish(at, std::move(reply));
        continue;
      }
    } else {
      // Who has refused in a term refuses until there is another.
      if (raft->term() == refused_in_) return;
      forward(at->first, operation, *raft);
    }
    ++at;
  }
  first_waiting_ = sequence_ + 1;
}

void Operations::forward(std::uint64_t sequence, Operation& operation, const Raft& raft) {
  operation.left_in = raft.term();
  operation.attempt = ++last_attempt_;
  attempts_.emplace(operation.attempt, sequence);
  ForwardRequest request;
  request.term = raft.term();
  request.attempt = operation.attempt;
  request.data = operation.data;
  outbox_.send(raft.leader()->peer, std::move(request), Ticket{});
}

void Operations::receive(const ForwardResponse& response) {
  const auto attempt = attempts_.find(response.attempt);
  if (attempt == attempts_.end()) return;
  const auto at = operations_.find(attempt->second);
  Operation& operation = at->second;
  switch (response.outcome) {
    case ForwardOutcome::appended:
      if (operation.answer == Answer::when_assigned) {
        Reply reply;
        reply.position = response.position;
        finish(at, std::move(reply));
      }
      return;
    case ForwardOutcome::not_leader:
      // It was not appended, and no copy of it ever will be: it waits for the next leader.
      refused_in_ = std::max(refused_in_, *operation.left_in);
      first_waiting_ = std::min(first_waiting_, at->first);
      operation.left_in.reset();
      attempts_.erase(attempt);
      operation.attempt = 0;
      return;
    case ForwardOutcome::full:
      fail(at, Error(Errc::would_block, "the leader's queue is full"));
      return;
    case ForwardOutcome::refused:
      fail(at, Error(Errc::not_committed, "the leader refused the command"));
      return;
  }
}

void Operations::applied(const CommandOrigin& origin, const Cursor& position,
                         const Result<Bytes>& result) {
  if (origin.run != options_.run) return;
  const auto at = operations_.find(origin.sequence);
  if (at == operations_.end()) return;
  Reply reply;
  reply.position = position;
  if (result) {
    reply.result = *result;
  } else {
    reply.error = result.error();
    outbox_.log(LogLevel::warning,
                "applied " + position.to_string() + ", but " + result.error().message());
  }
  finish(at, std::move(reply));
}

void Operations::term_began(Term term) {
  const Error lost(Errc::not_committed, "the leader changed before the command was replicated");
  for (auto at = operations_.begin(); at != operations_.end();) {
    const auto& left_in = at->second.left_in;
    at = left_in && *left_in < term ? fail(at, lost) : std::next(at);
  }
}

void Operations::skipped_entries() {
  const Error unknown(Errc::unknown_outcome,
                      "this member caught up by a snapshot that may hold the command");
  for (auto at = operations_.begin(); at != operations_.end();) {
    at = at->second.left_in ? fail(at, unknown) : std::next(at);
  }
}

void Operations::tick(TimePoint now) {
  const Error offline(Errc::offline, "no leader took the command in time");
  // Deadlines rise with the sequence, as the timeout is one for all.
  while (!operations_.empty() && operations_.begin()->second.deadline <= now) {
    const auto first = operations_.begin();
    fail(first, first->second.left_in ? unknown_after_timeout : offline);
  }
}

std::optional<TimePoint> Operations::next_deadline() const {
  if (operations_.empty()) return std::nullopt;
  return operations_.begin()->second.deadline;
}

void Operations::fail_all(const Error& reason) {
  for (auto at = operations_.begin(); at != operations_.end();) {
    at = fail(at, at->second.left_in ? Error(Errc::unknown_outcome, reason.message()) : reason);
  }
}

Operations::Table::iterator Operations::finish(Table::iterator at, Reply reply) {
  reply.request = at->second.request;
  bytes_ -= at->second.data.size();
  if (at->second.attempt != 0) attempts_.erase(at->second.attempt);
  outbox_.reply(std::move(reply));
  return operations_.erase(at);
}

Operations::Table::iterator Operations::fail(Table::iterator at, const Error& reason) {
  Reply reply;
  reply.error = reason;
  return finish(at, std::move(reply));
}

}  // namespace tessera::core
