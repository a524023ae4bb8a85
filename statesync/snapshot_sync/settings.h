#pragma once

#include <tessera/primitives/time.h>
#include <tessera/primitives/unique_id.h>
#include <tessera/statesync/log_replay/settings.h>

#include <chrono>
#include <cstddef>

/// How snapshots are cut and fetched. A plain value.
namespace tessera::snapshot_sync {

struct Settings {
  Settings() = default;

  /// About so much is in a part, unless a single item is larger. All members must cut alike: it is
  /// part of the signature. 1 KiB to 8 MiB.
  std::size_t part_bytes = std::size_t{256} << 10U;

  // Each member's own, no part of the signature.

  /// Bytes of parts asked of one peer at the same time, at most. At least one part.
  std::size_t in_flight_bytes = std::size_t{4} << 20U;
  /// A peer that has delivered nothing of what it was asked for this long is asked for less, and
  /// others in its place. Positive.
  Duration request_timeout = std::chrono::seconds{2};
  /// How long a session listens to offers before it takes the best one. Positive.
  Duration anchor_wait = std::chrono::milliseconds{500};
  /// How long a snapshot is kept for somebody who fetches it and falls silent. Positive.
  Duration lease = std::chrono::seconds{60};

  /// What the log still has to add behind the snapshot.
  log_replay::Settings replay = replay_within();

  /// Log replay whose messages are alternatives of this strategy's.
  [[nodiscard]] static log_replay::Settings replay_within();

  /// Ends the process if a setting is out of its bounds: the author of the machine chose it.
  void check_bounds() const;

  /// Enters the group id.
  [[nodiscard]] UniqueId signature() const;

  static constexpr std::size_t part_bytes_min = std::size_t{1} << 10U;
  static constexpr std::size_t part_bytes_max = std::size_t{8} << 20U;
  /// The largest part, which a single large item makes, that fits into a message with what belongs
  /// to it.
  static constexpr std::size_t sent_part_bytes_max = (std::size_t{64} << 20U) - 1024;
};

}  // namespace tessera::snapshot_sync
