#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tessera::tool::bench {

/// Of `values`, of which there is at least one; the middle of the two in the middle.
[[nodiscard]] inline double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace tessera::tool::bench
