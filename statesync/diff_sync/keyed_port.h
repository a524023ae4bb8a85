#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/primitives/result.h>
#include <tessera/statesync/diff_sync/message.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

/// A machine's keyed state without its types, for sessions and providers of diff sync.
///
/// Made for one call; refers to the machine.
namespace tessera::diff_sync {

class KeyedPort {
 public:
  virtual ~KeyedPort() = default;

  [[nodiscard]] virtual UpdateId update_id() const = 0;
  /// About so many bytes of changes lie behind `from`; nothing if the history does not reach back.
  [[nodiscard]] virtual std::optional<std::uint64_t> bytes_behind(UpdateId from) const = 0;
  /// Changes behind `after`, up to `bytes_max` bytes but one at least. Without an anchor; whether
  /// there is more behind them is in `all`.
  struct Changes {
    Portion portion;
    bool all = false;
  };
  [[nodiscard]] virtual Changes changes(const Place& after, std::size_t bytes_max) const = 0;
  /// True if the portion's changes are what it says they are.
  [[nodiscard]] virtual bool is_right(const Portion& portion) const = 0;
  /// The state that the machine will have with these changes, in parts.
  [[nodiscard]] virtual Result<std::unique_ptr<StateReader>> amended(
      const std::vector<Bytes>& changes) const = 0;
};

}  // namespace tessera::diff_sync
