#pragma once

#include <tessera/runtime/tool/bench/catchup_run.h>
#include <tessera/runtime/tool/bench/cluster.h>

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>

/// One catch-up of one member, from the founding of the group to equal digests.
namespace tessera::tool::bench {

/// How far it is, for whoever watches.
struct Progress {
  std::string what;
  std::uint64_t done = 0;
  std::uint64_t total = 0;  ///< 0: unknown
  double seconds = 0;       ///< since this step began
};
using Watcher = std::function<void(const Progress&)>;

struct CatchUpPlan {
  CatchUpOptions options;
  std::string strategy;
  std::filesystem::path folder;  ///< of the cluster
};

/// Fails if a step does not come about, and with `damaged` if the states differ in the end.
boost::asio::awaitable<Result<CatchUpRun>> catch_up(std::shared_ptr<Cluster> cluster,
                                                    CatchUpPlan plan, Watcher watcher);

}  // namespace tessera::tool::bench
