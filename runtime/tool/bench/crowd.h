#pragma once

#include <tessera/runtime/tool/bench/catchup.h>

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Many new members at once, and what a group that has work to do feels of it.
namespace tessera::tool::bench {

/// The group alone, and then with new members that catch up.
struct CrowdRound {
  LoadFigures quiet;
  LoadFigures meanwhile;
  double seconds = 0;              ///< until the last of them had everything
  double sources_cpu_seconds = 0;  ///< of all members that were there before
  std::uint64_t served = 0;        ///< bytes that these sent to sessions

  [[nodiscard]] double p99_ratio() const {
    return quiet.p99_ms > 0 ? meanwhile.p99_ms / quiet.p99_ms : 0;
  }
};

struct CrowdRun {
  std::string strategy;
  std::vector<CrowdRound> rounds;
};

/// Gives a group its state and a load, and has `options.joiners` members without a store join
/// `options.repeat` times: each time, the load is measured for as long before. Fails if a step does
/// not come about.
boost::asio::awaitable<Result<CrowdRun>> crowd(std::shared_ptr<Cluster> cluster, CatchUpPlan plan,
                                               Watcher watcher);

}  // namespace tessera::tool::bench
