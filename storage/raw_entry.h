#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/storage/cursor.h>

#include <chrono>
#include <cstdint>

/// One entry of a group's log as it is sent and stored: what it says is the business of groups/.
namespace tessera {

/// What an entry is for. A value that this version does not know is kept and replicated, but
/// stops the member that would have to apply it.
enum class EntryKind : std::uint8_t {
  noop = 0,        ///< the start of a term
  command = 1,     ///< for the state machine
  membership = 2,  ///< a whole configuration
  settings = 3,    ///< the whole group settings
  marker = 4,      ///< a StateSync strategy's agreed point
  genesis = 5,     ///< the first entry: founding members, settings and a nonce
  session = 6,     ///< a client session begins or ends, or a command of it is replaced by nothing
};

/// Log time: milliseconds since the group was founded, as its leaders counted them.
using LogTime = std::chrono::milliseconds;

/// A value; its data is shared, so copies are cheap and any thread may read them.
struct RawEntry {
  Cursor position;
  EntryKind kind = EntryKind::noop;
  LogTime time{0};
  Bytes data;

  /// What the entry counts for wherever bytes are bounded: its data and a flat overhead.
  [[nodiscard]] std::size_t size() const { return data.size() + overhead; }
  static constexpr std::size_t overhead = 32;

  bool operator==(const RawEntry&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(position, kind, time, data);
  }
};

}  // namespace tessera
