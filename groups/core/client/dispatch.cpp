#include <tessera/groups/core/client/dispatch.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

/// The answer to a sending does not wait for the commit, only for the way there and back.
constexpr int heartbeats_to_answer = 5;
/// What one message holds, if it holds more than one entry.
constexpr std::size_t message_max = 1U << 20U;

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
  if (leaving_bytes_ + content.data.size() > message_max) flush(raft);
  sending.attempt = ++last_attempt_;
  under_way_.emplace(sending.attempt, UnderWay{parcel, sending.term});
  leaving_bytes_ += content.data.size();
  leaving_.push_back({content.kind, std::move(content.data)});
  return sending;
}

void Dispatch::flush(const Raft& raft) {
  if (leaving_.empty()) return;
  ForwardRequest request;
  request.term = raft.term();
  request.run = run_;
  request.attempt = last_attempt_ + 1 - leaving_.size();
  request.entries = std::exchange(leaving_, {});
  outbox_.send(raft.leader()->peer, std::move(request), Ticket{});
  leaving_bytes_ = 0;
}

std::vector<Dispatch::Answered> Dispatch::answered(const ForwardResponse& response) {
  std::vector<Answered> answers;
  const auto first = under_way_.lower_bound(response.attempt);
  auto at = first;
  for (; at != under_way_.end() && at->first - response.attempt < response.count; ++at) {
    ForwardResponse one = response;
    one.attempt = at->first;
    one.count = 1;
    if (one.outcome == ForwardOutcome::appended) {
      one.position.index = response.position.index + (at->first - response.attempt);
    }
    if (one.outcome == ForwardOutcome::not_leader) {
      refused_in_ = std::max(refused_in_, at->second.term);
    }
    answers.push_back({at->second.parcel, one});
  }
  under_way_.erase(first, at);
  return answers;
}

Duration Dispatch::patience(const Raft& raft) {
  return raft.settings().in_force().heartbeat * heartbeats_to_answer;
}

}  // namespace tessera::core
