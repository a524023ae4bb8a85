#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/time.h>
#include <tessera/primitives/unique_id.h>

#include <chrono>
#include <cstddef>

/// How log replay fetches. A plain value.
namespace tessera::log_replay {

struct Message;

struct Settings {
  Settings() = default;

  /// The most that one answer carries, but for a single larger entry. Both ends must agree on it:
  /// it is part of the signature. 1 KiB to 32 MiB.
  std::size_t chunk_bytes = std::size_t{1} << 20U;

  // Each member's own, no part of the signature.

  /// Chunks asked of one peer at the same time, at most. 1 to 64.
  std::size_t in_flight = 4;
  /// Fetched entries that wait for those before them, and entries that wait for the end of the
  /// session: at most this many bytes of each. At least one chunk.
  std::size_t buffer_bytes = std::size_t{64} << 20U;
  /// A peer that has delivered nothing of what it was asked for this long is asked for less, and
  /// others in its place. Positive.
  Duration request_timeout = std::chrono::seconds{2};
  /// How often peers that cannot serve what is needed are asked what they can serve. Positive.
  Duration ask_again = std::chrono::seconds{1};

  /// Ends the process if a setting is out of its bounds: the author of the machine chose it.
  void check_bounds() const;

  /// Enters the group id.
  [[nodiscard]] UniqueId signature() const;

  /// A message as it is sent: for strategies that carry those of log replay among their own.
  Bytes (*envelope)(const Message& message) = &plain;
  [[nodiscard]] static Bytes plain(const Message& message);

  static constexpr std::size_t chunk_bytes_min = std::size_t{1} << 10U;
  static constexpr std::size_t chunk_bytes_max = std::size_t{32} << 20U;
  static constexpr std::size_t in_flight_max = 64;
};

}  // namespace tessera::log_replay
