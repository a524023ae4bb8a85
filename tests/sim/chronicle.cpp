#include <tessera/conformance/chronicle.h>
#include <tessera/groups/command_envelope.h>

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
  Decided next{entry, leader_term, tape_at(last()), 0, Index{}};
  if (!log_.empty()) next.membership = log_.back().membership;
  if (entry.kind == EntryKind::membership || entry.kind == EntryKind::genesis) {
    next.membership = entry.position.index;
  }
  if (entry.kind == EntryKind::command) {
    const auto envelope = CommandEnvelope::open(entry.data);
    const auto id = envelope ? id_of(envelope->command.view()) : std::nullopt;
    if (!id) return false;
    next.command = *id;
    next.tape.apply(envelope->command.view(), entry.position.index);
    if (!commands_.emplace(*id, entry.position.index).second) return false;
  }
  log_.push_back(std::move(next));
  return true;
}

}  // namespace tessera::sim
