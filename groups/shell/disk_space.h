#pragma once

#include <cstdint>
#include <functional>
#include <optional>

/// How a node learns how much room its disk has.
namespace tessera::shell {

/// In bytes, of the file system that the store is on.
struct DiskSpace {
  std::uint64_t free = 0;  ///< for this process
  std::uint64_t capacity = 0;
};

/// Nothing if it cannot be said. Called where blocking is allowed, one call at a time.
using SpaceProbe = std::function<std::optional<DiskSpace>()>;

}  // namespace tessera::shell
