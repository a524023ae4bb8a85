#include <tessera/groups/command_envelope.h>
#include <tessera/groups/core/client/intake.h>

#include <utility>

namespace tessera::core {

std::optional<ForwardResponse> Intake::receive(TimePoint now, const ForwardRequest& request,
                                               Raft& raft) {
  ForwardResponse response;
  response.term = raft.term();
  response.attempt = request.attempt;
  const auto envelope = CommandEnvelope::open(request.data);
  if (!envelope || !machine_.accepts(envelope->command.view())) {
    response.outcome = ForwardOutcome::refused;
    return response;
  }
  // While leadership moves nothing is appended, and nothing is said: the sender asks again.
  if (raft.transfers()) return std::nullopt;
  std::uint64_t& seen = seen_[envelope->origin.run];
  if (request.attempt <= seen) return std::nullopt;
  seen = request.attempt;
  if (!raft.leads() || request.term != raft.term()) {
    response.outcome = ForwardOutcome::not_leader;
    return response;
  }
  const auto position = raft.propose(now, EntryKind::command, request.data);
  response.outcome = position ? ForwardOutcome::appended : ForwardOutcome::full;
  response.position = position.value_or(Cursor{});
  return response;
}

}  // namespace tessera::core
