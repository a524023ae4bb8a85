#pragma once

#include <tessera/runtime/tool/bench/cells.h>

#include <cstdint>

/// Which puts a benchmark makes. A plain value.
namespace tessera::tool::bench {

struct WritePlan {
  std::uint64_t count = 0;      ///< puts
  std::uint64_t first = 0;      ///< the lowest key
  std::uint64_t keys = 1;       ///< how many keys there are; fewer puts are spread over them evenly
  std::uint64_t edition = 0;    ///< values of different editions differ
  std::size_t value_bytes = 0;  ///< of each value

  /// The put at `place`, from 0. Its value cannot be compressed.
  [[nodiscard]] Put at(std::uint64_t place) const;
};

}  // namespace tessera::tool::bench
