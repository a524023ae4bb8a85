#pragma once

#include <tessera/runtime/tool/bench/crowd.h>

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

/// What `tessera bench catchup --joiners` came to, for people and for programs.
namespace tessera::tool::bench {

using Crowds = std::vector<CrowdRun>;

/// A line for each round, and their medians.
[[nodiscard]] std::string crowd_table(const Crowds& crowds);
[[nodiscard]] nlohmann::json crowd_json(const CatchUpOptions& options, const Crowds& crowds);
/// The p99 of each round, alone and with the crowd.
[[nodiscard]] std::string crowd_plot(const CatchUpOptions& options, const Crowds& crowds);

}  // namespace tessera::tool::bench
