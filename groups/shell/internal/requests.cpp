#include <tessera/groups/shell/internal/requests.h>
#include <tessera/primitives/check.h>

#include <boost/asio/error.hpp>

#include <utility>

namespace tessera::shell {
namespace {

/// Callers that wait for room hold at most this many bytes of commands; further ones are refused
/// whatever they chose.
constexpr std::size_t waiting_bytes_max = std::size_t{256} << 20;

/// What a waiting operation counts for beside its command.
constexpr std::size_t waiting_overhead = 256;

[[nodiscard]] core::Reply failure(core::RequestId name, Error error) {
  core::Reply reply;
  reply.request = name;
  reply.error = std::move(error);
  return reply;
}

}  // namespace

bool Requests::add(core::RequestId name, Operation operation) {
  const std::size_t bytes = operation.command.size() + waiting_overhead;
  const bool needs_room = operation.kind != Operation::Kind::close_client;
  if (needs_room && waiting_bytes_ + bytes > waiting_bytes_max && !waiting_.empty()) {
    operation.completion(failure(name, {Errc::would_block, "too many operations wait for room"}));
    return false;
  }
  waiting_bytes_ += bytes;
  waiting_.insert(name);
  held_.emplace(name, Held{std::move(operation), {}});
  return true;
}

std::optional<core::RequestId> Requests::first_waiting() const {
  return waiting_.empty() ? std::nullopt : std::optional(*waiting_.begin());
}

Requests::Begun Requests::begin(core::RequestId name) {
  Held& held = held_.at(name);
  check(waiting_.contains(name), "only what waits begins");
  drop_from_queue(name, held.operation);
  held.inner = draw();
  by_inner_.emplace(held.inner, name);
  bytes_begun_ += held.operation.command.size();
  return {name,
          held.inner,
          held.operation.kind,
          held.operation.consistency,
          held.operation.command,
          held.operation.action,
          held.operation.client};
}

bool Requests::answer(core::Reply reply) {
  const auto found = by_inner_.find(reply.request);
  if (found == by_inner_.end()) {
    return false;
  }
  const core::RequestId name = found->second;
  by_inner_.erase(found);
  const auto at = held_.find(name);
  Operation& operation = at->second.operation;
  bytes_begun_ -= operation.command.size();
  if (reply.error && reply.error->is(Errc::would_block) && operation.on_full == OnFull::wait) {
    at->second.inner = {};
    waiting_.insert(name);
    waiting_bytes_ += operation.command.size() + waiting_overhead;
    return false;
  }
  const Member::Completion completion = std::move(operation.completion);
  held_.erase(at);
  reply.request = name;
  completion(std::move(reply));
  return true;
}

std::optional<core::RequestId> Requests::cancel(core::RequestId name) {
  const auto found = held_.find(name);
  if (found == held_.end()) {
    return std::nullopt;
  }
  if (!waiting_.contains(name)) {
    return found->second.inner;
  }
  fail(name, Error(boost::asio::error::operation_aborted, "cancelled before it left this member"));
  return std::nullopt;
}

void Requests::fail(core::RequestId name, const Error& reason) {
  const auto found = held_.find(name);
  if (found == held_.end()) {
    return;
  }
  if (waiting_.contains(name)) {
    drop_from_queue(name, found->second.operation);
  } else {
    by_inner_.erase(found->second.inner);
    bytes_begun_ -= found->second.operation.command.size();
  }
  const Member::Completion completion = std::move(found->second.operation.completion);
  held_.erase(found);
  completion(failure(name, reason));
}

void Requests::fail_all(const Error& reason) {
  while (!held_.empty()) {
    fail(held_.begin()->first, reason);
  }
}

void Requests::drop_from_queue(core::RequestId name, const Operation& operation) {
  waiting_.erase(name);
  waiting_bytes_ -= operation.command.size() + waiting_overhead;
}

}  // namespace tessera::shell
