#pragma once

#include <tessera/runtime/tool/bench/throughput_run.h>

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

/// What the runs of `tessera bench write` or `tessera bench read` came to, for people and for
/// programs.
namespace tessera::tool::bench {

using ThroughputRuns = std::vector<ThroughputRun>;

/// A row for each variant, with the medians of its runs, and one table of the machine's limits.
[[nodiscard]] std::string throughput_table(const ThroughputRuns& runs);
/// Every run, and the medians.
[[nodiscard]] nlohmann::json throughput_json(const ThroughputOptions& options,
                                             const ThroughputRuns& runs);
/// A line for each run.
[[nodiscard]] std::string throughput_csv(const ThroughputRuns& runs);
/// Calls a second and their 99th percentile over time, a curve for each run.
[[nodiscard]] std::string throughput_plot(const ThroughputOptions& options,
                                          const ThroughputRuns& runs);

}  // namespace tessera::tool::bench
