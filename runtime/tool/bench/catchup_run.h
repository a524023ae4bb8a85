#pragma once

#include <tessera/runtime/tool/bench/catchup_options.h>
#include <tessera/runtime/tool/bench/machine_limits.h>
#include <tessera/runtime/tool/bench/pipeline_bound.h>

#include <cstdint>
#include <string>
#include <vector>

/// What one catch-up came to. Plain values; bytes and seconds.
namespace tessera::tool::bench {

/// How long puts took on the member that led.
struct LoadFigures {
  std::uint64_t puts = 0;
  std::uint64_t failed = 0;
  std::uint64_t missed = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
};

/// What one side took of its machine.
struct EndFigures {
  double cpu_seconds = 0;
  std::uint64_t peak_memory = 0;
  std::uint64_t rest_memory = 0;  ///< a source's before, the member's afterwards
  std::uint64_t wire_sent = 0;
  std::uint64_t wire_received = 0;
};

/// The lagging member at one moment.
struct CatchUpSample {
  double at = 0;  ///< since its process was started
  std::uint64_t applied = 0;
  std::uint64_t wire_received = 0;
};

struct CatchUpRun {
  std::string strategy;
  StrategyRow::Moves moves = StrategyRow::Moves::parts;
  std::uint64_t puts = 0;      ///< made while the member was away
  std::uint64_t bytes = 0;     ///< of values that it had to get
  double fill_seconds = 0;     ///< that these puts took
  double answered = 0;         ///< since the process was started, as the next two
  double applied = 0;          ///< it has applied everything
  double votes = 0;            ///< it is an online voter
  double session_seconds = 0;  ///< of the last session
  std::uint64_t sessions = 0;
  std::vector<std::uint64_t> from_sources;  ///< bytes of the last session, by source, most first
  std::uint64_t served = 0;                 ///< by all providers
  bool leader_changed = false;
  LoadFigures quiet;      ///< before
  LoadFigures meanwhile;  ///< from its start until it votes
  EndFigures joiner;
  EndFigures sources;  ///< all together; the peak is the highest
  std::string digest;  ///< of the leader's and its state, which are equal
  MachineLimits machine;
  PipelineBound bound;
  std::vector<CatchUpSample> samples;

  /// How much more memory an end had than it has at rest.
  [[nodiscard]] static double above_rest(const EndFigures& end) {
    return static_cast<double>(end.peak_memory) - static_cast<double>(end.rest_memory);
  }
  [[nodiscard]] double entries_per_second() const { return ratio(static_cast<double>(puts)); }
  /// Millions of bytes of values a second.
  [[nodiscard]] double rate() const { return ratio(static_cast<double>(bytes) / 1e6); }
  [[nodiscard]] double share_of_bound() const {
    return bound.rate() > 0 ? rate() / bound.rate() : 0;
  }

 private:
  [[nodiscard]] double ratio(double amount) const { return applied > 0 ? amount / applied : 0; }
};

}  // namespace tessera::tool::bench
