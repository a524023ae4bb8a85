#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/raw_entry.h>

/// What a snapshot must carry beside the machine's own state: where in the log it was taken, the
/// log time there, and the runtime's part of the state at that position (members, settings).
///
/// Only the runtime makes one with contents; a strategy passes it on as it is. A value; copies
/// share the bytes.
namespace tessera {

class Anchor {
 public:
  Anchor() = default;

  struct Parts {
    Cursor position;
    LogTime time{0};
    Bytes runtime;
  };
  explicit Anchor(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] Cursor position() const { return parts_.position; }
  [[nodiscard]] LogTime time() const { return parts_.time; }
  /// Opaque outside of groups/core.
  [[nodiscard]] const Bytes& runtime() const { return parts_.runtime; }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(parts_.position, parts_.time, parts_.runtime);
  }

 private:
  Parts parts_;
};

}  // namespace tessera
