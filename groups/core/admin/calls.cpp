#include <tessera/groups/core/admin/calls.h>

#include <algorithm>
#include <utility>

namespace tessera::core {

void AdminCalls::add(TimePoint now, RequestId request, AdminAction action) {
  Call call;
  call.request = request;
  call.action = std::move(action);
  call.deadline = now + options_.timeout;
  calls_.emplace(++last_, std::move(call));
}

void AdminCalls::cancel(RequestId request) {
  const auto found = std::find_if(calls_.begin(), calls_.end(),
                                  [&](const auto& each) { return each.second.request == request; });
  if (found == calls_.end()) return;
  const Error reason(Errc::unknown_outcome, "the caller does not wait for the outcome");
  finish(found, reason, {});
}

void AdminCalls::receive(const AdminResponse& response) {
  const auto found = calls_.find(response.number);
  if (response.run != options_.run || found == calls_.end()) return;
  std::optional<Error> error;
  if (response.error != Errc{}) error.emplace(response.error, response.message);
  finish(found, std::move(error), response.position);
}

void AdminCalls::pump(TimePoint now, const Raft& raft, AdminDesk& desk) {
  const auto& leader = raft.leader();
  if (!leader) {
    // Nobody is there to be asked again: a time for it would only be over again and again.
    for (auto& [number, call] : calls_) call.send_again.reset();
    return;
  }
  for (auto& [number, call] : calls_) {
    if (call.sent_to == leader->peer && call.send_again && now < *call.send_again) continue;
    call.sent_to = leader->peer;
    call.send_again = now + raft.settings().in_force().election_timeout;
    const AdminRequest request{options_.run, number, call.action};
    if (raft.leads()) {
      desk.receive(now, options_.self, request);
    } else {
      outbox_.send(leader->peer, request, Ticket{});
    }
  }
}

void AdminCalls::tick(TimePoint now) {
  for (auto call = calls_.begin(); call != calls_.end();) {
    const auto next = std::next(call);
    if (call->second.deadline <= now) {
      const bool left = call->second.sent_to.has_value();
      finish(call,
             left ? Error(Errc::unknown_outcome, "the leader did not say in time what became of it")
                  : Error(Errc::offline, "no leader was known in time"),
             {});
    }
    call = next;
  }
}

std::optional<TimePoint> AdminCalls::next_deadline() const {
  std::optional<TimePoint> earliest;
  for (const auto& [number, call] : calls_) {
    const TimePoint due = std::min(call.deadline, call.send_again.value_or(call.deadline));
    earliest = earliest ? std::min(*earliest, due) : due;
  }
  return earliest;
}

void AdminCalls::fail_all(const Error& reason) {
  while (!calls_.empty()) finish(calls_.begin(), reason, {});
}

void AdminCalls::finish(std::map<std::uint64_t, Call>::iterator call, std::optional<Error> error,
                        Cursor position) {
  Reply reply;
  reply.request = call->second.request;
  reply.error = std::move(error);
  reply.position = position;
  calls_.erase(call);
  outbox_.reply(std::move(reply));
}

}  // namespace tessera::core
