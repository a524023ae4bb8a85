#pragma once

#include <tessera/runtime/tool/bench/cluster.h>
#include <tessera/runtime/tool/bench/failover_options.h>
#include <tessera/runtime/tool/bench/failover_run.h>

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>

/// How long a group takes no writes when its leader goes, whichever way.
namespace tessera::tool::bench {

/// Told what is done now.
using FailoverWatcher = std::function<void(const std::string& what)>;

/// Fails if a step does not come about, if no write succeeds within a minute after the leader has
/// gone, and with `damaged` if the members' states differ in the end.
boost::asio::awaitable<Result<FailoverRun>> measure_failover(std::shared_ptr<Cluster> cluster,
                                                             FailoverOptions options,
                                                             FailoverWatcher watcher);

}  // namespace tessera::tool::bench
