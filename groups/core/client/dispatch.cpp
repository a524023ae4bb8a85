#include <tessera/groups/core/client/dispatch.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

/// The answer to a sending does not wait for the commit, only for the way there and back.
constexpr int heartbeats_to_answer = 5;

}  // namespace

bool Dispatch::is_open(const Raft& raft) const {
  if (!raft.leader()) return false;
  if (raft.leads()) return !raft.is_full();
  // Who has refused in a term refuses until there is another.
  return raft.term() != refused_in_;
}

Sending Dispatch::send(TimePoint now, Raft& raft, ParcelContent content, const Parcel& parcel) {
  check(is_open(raft), "nothing is sent unless somebody takes it");
  Sending sending;
  sending.term = raft.term();
  sending.at = now;
  if (raft.leads()) {
    sending.position = raft.propose(now, content.kind, std::move(content.data));
    check(sending.position.has_value(), "a leader with room takes an entry");
    return sending;
  }
  sending.attempt = ++last_attempt_;
  under_way_.emplace(sending.attempt, UnderWay{parcel, sending.term});
  ForwardRequest request;
  request.term = sending.term;
  request.run = run_;
  request.attempt = sending.attempt;
  request.kind = content.kind;
  request.data = std::move(content.data);
  outbox_.send(raft.leader()->peer, std::move(request), Ticket{});
  return sending;
}

std::optional<Parcel> Dispatch::answered(const ForwardResponse& response) {
  const auto found = under_way_.find(response.attempt);
  if (found == under_way_.end()) return std::nullopt;
  const UnderWay under_way = found->second;
  under_way_.erase(found);
  if (response.outcome == ForwardOutcome::not_leader) {
    refused_in_ = std::max(refused_in_, under_way.term);
  }
  return under_way.parcel;
}

Duration Dispatch::patience(const Raft& raft) {
  return raft.settings().in_force().heartbeat * heartbeats_to_answer;
}

}  // namespace tessera::core
