#pragma once

#include <tessera/groups/core/pairs/pair_beat.h>

#include <cstddef>

namespace tessera::shell {

/// The groups that this node and a peer share and that sleep here, summed up: with nothing asleep
/// or awake anew, a heartbeat of the pair costs the same for one group as for a thousand.
struct SharedSleep {
  std::size_t groups = 0;
  UniqueId led;       ///< the digest of those that this node leads
  UniqueId followed;  ///< the digest of those that the peer leads
  // The least of each.
  TimePoint since{};
  Duration heartbeat{};
  Duration election_timeout{};
};

}  // namespace tessera::shell
