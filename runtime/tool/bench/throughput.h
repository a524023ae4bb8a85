#pragma once

#include <tessera/runtime/tool/bench/cluster.h>
#include <tessera/runtime/tool/bench/throughput_run.h>

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>

/// One run of `tessera bench write` or `tessera bench read`, from the founding of the groups to
/// equal digests.
namespace tessera::tool::bench {

/// How far it is, for whoever watches.
struct ThroughputProgress {
  std::string what;
  double seconds = 0;  ///< of those that it takes
  double seconds_total = 0;
  double rate = 0;  ///< now; 0: nothing is measured yet
  double p99 = 0;
  std::size_t groups = 0;        ///< that have come so far
  std::size_t groups_total = 0;  ///< 0: it is not groups that one waits for
};
using ThroughputWatcher = std::function<void(const ThroughputProgress&)>;

struct ThroughputPlan {
  ThroughputOptions options;
  ThroughputVariant variant;
};

/// Fails if a step does not come about, if no call succeeds, and with `damaged` if the members'
/// states differ in the end.
boost::asio::awaitable<Result<ThroughputRun>> measure_throughput(std::shared_ptr<Cluster> cluster,
                                                                 ThroughputPlan plan,
                                                                 ThroughputWatcher watcher);

}  // namespace tessera::tool::bench
