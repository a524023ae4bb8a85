#pragma once

#include <tessera/runtime/tool/bench/machine_limits.h>
#include <tessera/runtime/tool/bench/throughput_options.h>
#include <tessera/runtime/tool/histogram.h>

#include <cstdint>
#include <string>
#include <vector>

/// What one run of writes or reads came to. Plain values; bytes and seconds.
namespace tessera::tool::bench {

/// What one member took of the machine while nothing happened in its groups.
struct IdleFigures {
  double seconds = 0;  ///< 0: not measured
  double cpu_seconds = 0;
  std::uint64_t memory = 0;  ///< resident, afterwards
  std::size_t asleep = 0;    ///< of its groups, afterwards

  [[nodiscard]] double cores() const { return cpu_seconds / seconds; }
};

/// What one member took of the machine while it was measured.
struct MemberFigures {
  std::size_t groups_led = 0;  ///< when they had been founded
  bool leads = false;          ///< no other leads more of them, nor as many and comes before it
  IdleFigures idle;            ///< before the load
  double cpu_seconds = 0;
  std::uint64_t peak_memory = 0;
  std::uint64_t wire_sent = 0;
};

/// The calls that ended within a fraction of a second.
struct ThroughputSample {
  double at = 0;  ///< its end, since the measurement began
  double rate = 0;
  double p99 = 0;
};

struct ThroughputRun {
  ThroughputVariant variant;
  double seconds = 0;  ///< measured, without the warm-up
  double rate = 0;     ///< calls a second that succeeded
  Histogram latency;
  std::uint64_t failed = 0;
  std::string problem;        ///< why the last of those failed
  std::uint64_t overdue = 0;  ///< calls that were due at the end and had not been made
  bool leader_changed = false;
  double founding_seconds = 0;  ///< until all groups were there, the start of the members included
  double asleep_seconds = 0;    ///< from then on until all slept; 0: it was not waited for
  std::string digest;           ///< of every member's states at the end, which are equal
  std::vector<MemberFigures> members;
  std::vector<ThroughputSample> samples;
  MachineLimits machine;

  [[nodiscard]] double percentile(double share) const {
    return std::chrono::duration<double>(latency.percentile(share)).count();
  }
  /// Bytes of values a second.
  [[nodiscard]] double bytes_rate() const { return rate * static_cast<double>(variant.value_size); }
};

}  // namespace tessera::tool::bench
