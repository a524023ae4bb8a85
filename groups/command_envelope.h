#pragma once

#include <tessera/primitives/bytes.h>

#include <cstdint>
#include <optional>

/// How a command stands in an entry: who sent it, then the command itself.
///
/// A command is encoded once, on the member whose caller made it; from there to the last
/// follower's disk the bytes stay the same. The member that made it knows its own commands again
/// by their origin when they are applied.
namespace tessera {

/// One run of one member, and the number it gave the command. Zero run: nobody waits for it.
struct CommandOrigin {
  std::uint64_t run = 0;
  std::uint64_t sequence = 0;

  auto operator<=>(const CommandOrigin&) const = default;
};

struct CommandEnvelope {
  CommandOrigin origin;
  Bytes command;

  /// The length of what stands before the command.
  static constexpr std::size_t header_size = 16;

  /// The data of a command entry.
  [[nodiscard]] static Bytes wrap(CommandOrigin origin, ByteView command);
  /// The parts of `data`, without a copy; nothing if it is too short to be a command entry's.
  [[nodiscard]] static std::optional<CommandEnvelope> open(const Bytes& data);
};

}  // namespace tessera
