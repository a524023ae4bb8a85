#pragma once

#include <tessera/runtime/tool/bench/subject.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

/// The strategies that `tessera bench catchup` compares. A new one is a line in strategies.cpp.
namespace tessera::tool::bench {

struct StrategyRow {
  /// What it moves, for what bounds it.
  enum class Moves : std::uint8_t { entries, parts };

  std::string_view name;
  std::string_view what;
  Moves moves;
  /// Members store their states and prune their logs before one of them is stopped and once it
  /// lags, so that the log does not reach back.
  bool prunes;
  std::unique_ptr<Subject> (*join)(const Network& network, const JoinPlan& plan);
};

[[nodiscard]] std::span<const StrategyRow> strategies();
/// Nothing if there is none of that name.
[[nodiscard]] const StrategyRow* strategy_named(std::string_view name);
/// "log, snapshot, ...".
[[nodiscard]] std::string strategy_names();

}  // namespace tessera::tool::bench
