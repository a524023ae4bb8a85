#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/storage/cursor.h>

#include <cstdint>
#include <optional>
#include <string>

/// The simulated state machine's state: how many commands it has applied, and a digest that tells
/// which ones, in which order and where. A value type.
namespace tessera::sim {

/// The one command: every client operation has its own id.
struct Append {
  std::uint64_t id = 0;
  std::string filler;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, filler);
  }
};

struct Tape {
  std::uint64_t count = 0;
  std::uint64_t digest = 0;
  Index last;  ///< where the newest command stood

  /// Applies the command with these bytes at `index`; returns the count after it.
  std::uint64_t apply(ByteView command, Index index);
  bool operator==(const Tape&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(count, digest, last);
  }
};

/// The id in an encoded `Append`; nothing if the bytes are none.
[[nodiscard]] std::optional<std::uint64_t> id_of(ByteView command);

/// A digest of bytes, good enough to tell states apart, and fast.
[[nodiscard]] std::uint64_t fingerprint(ByteView bytes);

}  // namespace tessera::sim
