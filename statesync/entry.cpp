#include <tessera/groups/command_envelope.h>
#include <tessera/statesync/entry.h>

#include <string>

namespace tessera {

Bytes EntryHandle::encoded() const {
  if (kind() != EntryKind::command) return entry_.entry.data;
  auto envelope = CommandEnvelope::open(entry_.entry.data);
  return envelope ? std::move(envelope->command) : Bytes{};
}

Result<Bytes> EntryHandle::command_bytes() const {
  if (kind() != EntryKind::command) {
    return Error{Errc::invalid_argument, "entry " + position().to_string() + " is of kind " +
                                             std::to_string(static_cast<unsigned>(kind())) +
                                             " and holds no command; ask kind() first"};
  }
  auto envelope = CommandEnvelope::open(entry_.entry.data);
  if (!envelope) {
    return Error{Errc::malformed,
                 "entry " + position().to_string() + " is too short for a command"};
  }
  return std::move(envelope->command);
}

}  // namespace tessera
