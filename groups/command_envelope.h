#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/storage/cursor.h>

#include <cstdint>
#include <optional>

/// How a command stands in an entry: whose it is, then the command itself.
///
/// A command is encoded once, on the member whose caller made it; from there to the last
/// follower's disk the bytes stay the same. Its origin is what makes it run once, however often
/// it is sent: see core/exactly_once/session_table.h.
namespace tessera {

/// A client session: the index of the entry that opened it; 0: none.
using SessionNumber = Ordinal<struct ClientSessionTag>;
/// The place of a command among those of its session, from 1.
using Sequence = Ordinal<struct SequenceTag>;

/// Whose command it is. Without a session: nobody's, it runs as often as it is committed.
struct CommandOrigin {
  SessionNumber session;
  Sequence sequence;
  /// The lowest sequence of the session that was still unanswered when the command left: nobody
  /// will ask for the results below it again.
  Sequence unanswered;

  [[nodiscard]] bool is_none() const { return session == SessionNumber{}; }
  auto operator<=>(const CommandOrigin&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(session, sequence, unanswered);
  }
};

struct CommandEnvelope {
  CommandOrigin origin;
  Bytes command;

  /// The length of what stands before the command.
  static constexpr std::size_t header_size = 24;

  /// The data of a command entry.
  [[nodiscard]] static Bytes wrap(const CommandOrigin& origin, ByteView command);
  /// The parts of `data`, without a copy; nothing if it is too short to be a command entry's.
  [[nodiscard]] static std::optional<CommandEnvelope> open(const Bytes& data);
};

}  // namespace tessera
