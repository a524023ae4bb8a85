#include <tessera/conformance/chronicle.h>
#include <tessera/groups/command_envelope.h>
#include <tessera/groups/core/entry_data.h>

namespace tessera::sim {

Cursor Chronicle::cursor_at(Index index) const {
  return index == Index{} ? Cursor{} : at(index).entry.position;
}

const Tape& Chronicle::tape_at(Index index) const {
  static const Tape initial{};
  return index == Index{} ? initial : at(index).tape;
}

std::optional<Index> Chronicle::find(std::uint64_t command) const {
  const auto found = commands_.find(command);
  if (found == commands_.end()) return std::nullopt;
  return found->second;
}

bool Chronicle::decide(const RawEntry& entry, Term leader_term) {
  Decided next{entry, leader_term, tape_at(last()), 0, 0, 0, Index{}};
  if (!log_.empty()) next.membership = log_.back().membership;
  switch (entry.kind) {
    case EntryKind::genesis: {
      const auto proposal = core::decode_proposal(entry.data);
      if (!proposal) return false;
      settings_ = proposal->settings;
      next.membership = entry.position.index;
      break;
    }
    case EntryKind::membership:
      next.membership = entry.position.index;
      break;
    case EntryKind::settings: {
      const auto settings = core::decode_settings(entry.data);
      if (!settings) return false;
      settings_ = *settings;
      break;
    }
    case EntryKind::command:
      if (!decide_command(next)) return false;
      break;
    case EntryKind::session: {
      const auto change = core::decode_session_change(entry.data);
      if (!change) return false;
      sessions_.change(entry.position, *change, settings_);
      break;
    }
    case EntryKind::noop:
    case EntryKind::marker:
      break;
  }
  next.sessions = sessions_.digest();
  log_.push_back(std::move(next));
  return true;
}

bool Chronicle::decide_command(Decided& next) {
  const auto envelope = CommandEnvelope::open(next.entry.data);
  const auto id = envelope ? model_->id_of(envelope->command.view()) : std::nullopt;
  if (!id) return false;
  const CommandOrigin& origin = envelope->origin;
  if (!origin.is_none() && !sessions_.runs(origin, settings_)) return true;
  next.command = *id;
  const ApplyContext context({next.entry.position, next.entry.time, simulated_group()});
  const Bytes result = model_->apply(envelope->command, context, next.tape);
  next.result = fingerprint(result.view());
  if (*id != 0 && !commands_.emplace(*id, next.entry.position.index).second) ran_twice_ = *id;
  if (!origin.is_none()) {
    sessions_.ran(origin, {next.entry.position, next.result, result.size()});
  }
  return true;
}

}  // namespace tessera::sim
