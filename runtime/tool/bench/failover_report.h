#pragma once

#include <tessera/runtime/tool/bench/failover_options.h>
#include <tessera/runtime/tool/bench/failover_run.h>

#include <nlohmann/json_fwd.hpp>

#include <string>

/// What `tessera bench failover` came to, for people and for programs.
namespace tessera::tool::bench {

/// A row for each way in which the leader went.
[[nodiscard]] std::string failover_table(const FailoverRun& run);
/// Every round, and what each way's rounds came to.
[[nodiscard]] nlohmann::json failover_json(const FailoverOptions& options, const FailoverRun& run);

}  // namespace tessera::tool::bench
