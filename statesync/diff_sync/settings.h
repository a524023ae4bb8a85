#pragma once

#include <tessera/primitives/unique_id.h>
#include <tessera/statesync/snapshot_sync/settings.h>

#include <cstddef>
#include <cstdint>

/// How differences are fetched. A plain value.
namespace tessera::diff_sync {

struct Settings {
  Settings() = default;

  /// So many updates the history of the machine's keyed state reaches back. The states of members
  /// are equal only if they remember alike: it is part of the signature. At least one.
  std::uint64_t history_max = 1;
  /// The most that one answer with changes carries, but for a single larger one. Part of the
  /// signature. 1 KiB to 8 MiB.
  std::size_t portion_bytes = std::size_t{1} << 20U;

  // Each member's own, no part of the signature.

  /// Bytes of changes that a session keeps until it has all of them; with more to fetch it fetches
  /// a snapshot. At least a portion.
  std::size_t diff_bytes_max = std::size_t{64} << 20U;

  /// What no difference leads to. Its times are those of this strategy, too.
  snapshot_sync::Settings snapshots;

  /// Ends the process if a setting is out of its bounds: the author of the machine chose it.
  void check_bounds() const;

  /// Enters the group id.
  [[nodiscard]] UniqueId signature() const;

  static constexpr std::size_t portion_bytes_min = std::size_t{1} << 10U;
  static constexpr std::size_t portion_bytes_max = std::size_t{8} << 20U;
};

}  // namespace tessera::diff_sync
