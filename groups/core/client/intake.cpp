#include <tessera/groups/core/client/intake.h>

#include <utility>

namespace tessera::core {
namespace {

/// More sessions than this need not be remembered: what is forgotten only costs useless entries.
constexpr std::size_t sessions_remembered = 65'536;

/// Whose command, or whose replacement for one, the request holds.
CommandOrigin origin_of(const ForwardRequest& request) {
  if (request.kind == EntryKind::command) {
    const auto envelope = CommandEnvelope::open(request.data);
    return envelope ? envelope->origin : CommandOrigin{};
  }
  const auto change = decode_session_change(request.data);
  const auto* replacing = change ? std::get_if<ReplaceCommand>(&*change) : nullptr;
  return replacing == nullptr ? CommandOrigin{} : replacing->origin;
}

}  // namespace

std::optional<ForwardResponse> Intake::receive(TimePoint now, const ForwardRequest& request,
                                               Raft& raft) {
  ForwardResponse response;
  response.term = raft.term();
  response.attempt = request.attempt;
  if (!accepts(request)) {
    response.outcome = ForwardOutcome::refused;
    return response;
  }
  // While leadership moves nothing is appended, and nothing is said: the sender asks again.
  if (raft.transfers()) return std::nullopt;
  std::uint64_t& seen = seen_[request.run];
  if (request.attempt <= seen) return std::nullopt;
  seen = request.attempt;
  if (!raft.leads() || request.term != raft.term()) {
    response.outcome = ForwardOutcome::not_leader;
    return response;
  }
  if (raft.space().takes_none && request.kind == EntryKind::command) {
    response.outcome = ForwardOutcome::full;
    return response;
  }
  const CommandOrigin origin = origin_of(request);
  if (!follows(origin, raft.term())) {
    response.outcome = ForwardOutcome::out_of_order;
    return response;
  }
  const auto position = raft.propose(now, request.kind, request.data);
  response.outcome = position ? ForwardOutcome::appended : ForwardOutcome::full;
  response.position = position.value_or(Cursor{});
  if (!origin.is_none()) next_[origin.session] = origin.sequence + (position ? 1 : 0);
  return response;
}

bool Intake::accepts(const ForwardRequest& request) const {
  if (request.kind == EntryKind::session) return decode_session_change(request.data).has_value();
  if (request.kind != EntryKind::command) return false;
  const auto envelope = CommandEnvelope::open(request.data);
  return envelope && machine_.accepts(envelope->command.view());
}

bool Intake::follows(const CommandOrigin& origin, Term term) {
  if (term != term_ || next_.size() > sessions_remembered) next_.clear();
  term_ = term;
  if (origin.is_none()) return true;
  // One that was sent again may well lie before what was appended: it begins anew there.
  const auto next = next_.find(origin.session);
  if (next == next_.end() || origin.sequence <= next->second) return true;
  const SessionRecord* applied = sessions_.find(origin.session);
  return applied != nullptr && origin.sequence <= applied->last + 1;
}

}  // namespace tessera::core
