#pragma once

#include <tessera/primitives/ids.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/raw_entry.h>

/// What a state machine may know about the command it applies: the same on every member.
namespace tessera {

class ApplyContext {
 public:
  struct Facts {
    Cursor position;
    LogTime time{0};
    GroupId group;
  };
  explicit ApplyContext(const Facts& facts) : facts_(facts) {}

  /// Where the command stands in the log.
  [[nodiscard]] Cursor position() const { return facts_.position; }
  /// Milliseconds since the group was founded, as its leaders counted them; never goes back.
  /// The only clock a machine may use.
  [[nodiscard]] LogTime time() const { return facts_.time; }
  [[nodiscard]] GroupId group_id() const { return facts_.group; }

 private:
  Facts facts_;
};

}  // namespace tessera
