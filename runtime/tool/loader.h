#pragma once

#include <tessera/runtime/tool/control_client.h>
#include <tessera/runtime/tool/histogram.h>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

/// Puts many entries into the registry through running nodes, many at a time.
namespace tessera::tool {

using Rows = std::vector<std::pair<std::string, std::string>>;

struct LoadProgress {
  std::size_t acknowledged = 0;
  std::size_t total = 0;
  std::uint64_t repeated = 0;  ///< puts sent again because their outcome was not certain
  Histogram latency;
  /// When each acknowledgement came, since the start.
  std::vector<std::chrono::milliseconds> acknowledged_at;
};

struct LoadPlan {
  std::vector<std::filesystem::path> nodes;  ///< data folders; tried in turn when one goes away
  std::size_t in_flight = 64;
  /// How long nobody may acknowledge anything before the load is given up.
  std::chrono::milliseconds patience{30'000};
};

/// Puts every row; a row whose outcome is not certain is put again, which changes nothing if it was
/// there. `progress` is kept up to date while it runs. Fails if nothing gets on for `patience`.
boost::asio::awaitable<Result<void>> load_rows(LoadPlan plan, const Rows& rows,
                                               LoadProgress& progress);

}  // namespace tessera::tool
