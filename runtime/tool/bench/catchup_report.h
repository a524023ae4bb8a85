#pragma once

#include <tessera/runtime/tool/bench/catchup_run.h>

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

/// What the runs of `tessera bench catchup` came to, for people and for programs.
namespace tessera::tool::bench {

using Runs = std::vector<CatchUpRun>;

/// A column for each strategy, with the median of its runs in each row.
[[nodiscard]] std::string report_table(const Runs& runs);
/// Every run, and the medians.
[[nodiscard]] nlohmann::json report_json(const CatchUpOptions& options, const Runs& runs);
/// What was asked for.
[[nodiscard]] nlohmann::json options_json(const CatchUpOptions& options);
/// Applied entries and received bytes over time, a curve for each run.
[[nodiscard]] std::string report_plot(const CatchUpOptions& options, const Runs& runs);

}  // namespace tessera::tool::bench
