#include <tessera/groups/core/client/intake.h>

#include <utility>

namespace tessera::core {
namespace {

/// More sessions than this need not be remembered: what is forgotten only costs useless entries.
constexpr std::size_t sessions_remembered = 65'536;

/// Whose command, or whose replacement for one, it is.
CommandOrigin origin_of(const ForwardedEntry& entry) {
  if (entry.kind == EntryKind::command) {
    const auto envelope = CommandEnvelope::open(entry.data);
    return envelope ? envelope->origin : CommandOrigin{};
  }
  const auto change = decode_session_change(entry.data);
  const auto* replacing = change ? std::get_if<ReplaceCommand>(&*change) : nullptr;
  return replacing == nullptr ? CommandOrigin{} : replacing->origin;
}

/// `next` says the same of the sendings that follow, as `last` of its own.
bool continues(const ForwardResponse& last, const ForwardResponse& next) {
  if (next.attempt != last.attempt + last.count || next.outcome != last.outcome) return false;
  return next.outcome != ForwardOutcome::appended ||
         next.position == Cursor{last.position.term, last.position.index + last.count};
}

}  // namespace

std::vector<ForwardResponse> Intake::receive(TimePoint now, const ForwardRequest& request,
                                             Raft& raft) {
  std::vector<ForwardResponse> responses;
  Sent sent{request.term, request.run, request.attempt};
  for (const ForwardedEntry& entry : request.entries) {
    const auto response = take(now, sent, entry, raft);
    ++sent.attempt;
    if (!response) continue;
    if (!responses.empty() && continues(responses.back(), *response)) {
      ++responses.back().count;
    } else {
      responses.push_back(*response);
    }
  }
  return responses;
}

std::optional<ForwardResponse> Intake::take(TimePoint now, const Sent& sent,
                                            const ForwardedEntry& entry, Raft& raft) {
  ForwardResponse response;
  response.term = raft.term();
  response.attempt = sent.attempt;
  if (!accepts(entry)) {
    response.outcome = ForwardOutcome::refused;
    return response;
  }
  // While leadership moves nothing is appended, and nothing is said: the sender asks again.
  if (raft.transfers()) return std::nullopt;
  std::uint64_t& seen = seen_[sent.run];
  if (sent.attempt <= seen) return std::nullopt;
  seen = sent.attempt;
  if (!raft.leads() || sent.term != raft.term()) {
    response.outcome = ForwardOutcome::not_leader;
    return response;
  }
  if (raft.space().takes_none && entry.kind == EntryKind::command) {
    response.outcome = ForwardOutcome::full;
    return response;
  }
  const CommandOrigin origin = origin_of(entry);
  if (!follows(origin, raft.term())) {
    response.outcome = ForwardOutcome::out_of_order;
    return response;
  }
  const auto position = raft.propose(now, entry.kind, entry.data);
  response.outcome = position ? ForwardOutcome::appended : ForwardOutcome::full;
  response.position = position.value_or(Cursor{});
  if (!origin.is_none()) next_[origin.session] = origin.sequence + (position ? 1 : 0);
  return response;
}

bool Intake::accepts(const ForwardedEntry& entry) const {
  if (entry.kind == EntryKind::session) return decode_session_change(entry.data).has_value();
  if (entry.kind != EntryKind::command) return false;
  const auto envelope = CommandEnvelope::open(entry.data);
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
