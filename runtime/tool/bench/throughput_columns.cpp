#include <tessera/runtime/tool/bench/median.h>
#include <tessera/runtime/tool/bench/throughput_columns.h>
#include <tessera/runtime/tool/console.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace tessera::tool::bench {
namespace {

using Run = const ThroughputRun&;

constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

/// The most that a member of the run has, before the load.
double most_idle(Run run, double (*figure)(const IdleFigures&)) {
  double most = not_measured;
  for (const MemberFigures& each : run.members) {
    if (each.idle.seconds > 0) most = std::fmax(most, figure(each.idle));
  }
  return most;
}

/// Of the member of which the fewest sleep.
double least_asleep(Run run) {
  double least = not_measured;
  for (const MemberFigures& each : run.members) {
    if (each.idle.seconds > 0) least = std::fmin(least, static_cast<double>(each.idle.asleep));
  }
  return least;
}

double cores(Run run, bool leader) {
  double most = 0;
  for (const MemberFigures& each : run.members) {
    if (each.leads == leader) most = std::max(most, each.cpu_seconds / run.seconds);
  }
  return most;
}

double memory(Run run, bool leader) {
  std::uint64_t most = 0;
  for (const MemberFigures& each : run.members) {
    if (each.leads == leader) most = std::max(most, each.peak_memory);
  }
  return static_cast<double>(most);
}

/// Processor time of all members for each call.
double cpu_of_a_call(Run run) {
  double seconds = 0;
  for (const MemberFigures& each : run.members) seconds += each.cpu_seconds;
  return seconds / static_cast<double>(run.latency.count());
}

double sent_for_a_call(Run run) {
  double bytes = 0;
  for (const MemberFigures& each : run.members) bytes += static_cast<double>(each.wire_sent);
  return bytes / static_cast<double>(run.latency.count());
}

/// Values go through both, or if links are plain only through the first.
double slower_of_disk_and_cipher(Run run) {
  const MachineLimits& machine = run.machine;
  return run.variant.plain ? machine.disk : std::min(machine.disk, machine.cipher);
}

}  // namespace

std::string text_of(double value, Unit unit) {
  if (std::isnan(value)) return "-";
  switch (unit) {
    case Unit::count:
      return fmt::format("{:.0f}", value);
    case Unit::seconds:
      return fmt::format("{:.2f} s", value);
    case Unit::per_second:
      return fmt::format("{:.0f}/s", value);
    case Unit::microseconds:
      return value < 1e-3 ? fmt::format("{:.0f} us", value * 1e6)
                          : fmt::format("{:.2f} ms", value * 1e3);
    case Unit::megabytes_a_second:
      return fmt::format("{:.1f} MB/s", value / 1e6);
    case Unit::bytes:
      return bytes_text(value);
    case Unit::cores:
      return fmt::format("{:.2f}", value);
    case Unit::percent:
      return fmt::format("{:.2f} %", value * 100);
    case Unit::ratio:
      return fmt::format("{:.2f}", value);
  }
  return {};
}

const std::vector<Column>& result_columns() {
  static const std::vector<Column> columns = {
      {"CALLS", "calls_per_second", Unit::per_second, [](Run run) { return run.rate; }},
      {"VALUES", "bytes_per_second", Unit::megabytes_a_second,
       [](Run run) { return run.bytes_rate(); }},
      {"P50", "p50_seconds", Unit::microseconds, [](Run run) { return run.percentile(0.5); }},
      {"P99", "p99_seconds", Unit::microseconds, [](Run run) { return run.percentile(0.99); }},
      {"P99.9", "p999_seconds", Unit::microseconds, [](Run run) { return run.percentile(0.999); }},
      {"MAX", "max_seconds", Unit::microseconds, [](Run run) { return run.percentile(1); }},
      {"FAILED", "failed", Unit::count, [](Run run) { return static_cast<double>(run.failed); }},
      {"OVERDUE", "overdue", Unit::count, [](Run run) { return static_cast<double>(run.overdue); }},
      {"CPU/CALL", "cpu_seconds_per_call", Unit::microseconds, cpu_of_a_call},
      {"CORES: LEADER", "leader_cores", Unit::cores, [](Run run) { return cores(run, true); }},
      {"FOLLOWER", "follower_cores", Unit::cores, [](Run run) { return cores(run, false); }},
      {"MEMORY: LEADER", "leader_peak_memory", Unit::bytes,
       [](Run run) { return memory(run, true); }},
      {"FOLLOWER", "follower_peak_memory", Unit::bytes, [](Run run) { return memory(run, false); }},
      {"SENT/CALL", "wire_bytes_per_call", Unit::bytes, sent_for_a_call},
      {"P50 IN SYNC+TRIP", "p50_of_sync_and_round_trip", Unit::ratio,
       [](Run run) {
         return run.percentile(0.5) / (run.machine.sync_time + run.machine.round_trip);
       }},
      {"OF DISK/CIPHER", "share_of_disk_or_cipher", Unit::ratio,
       [](Run run) { return run.bytes_rate() / slower_of_disk_and_cipher(run); }},
  };
  return columns;
}

const std::vector<Column>& group_columns() {
  static const std::vector<Column> columns = {
      {"FOUNDED IN", "founding_seconds", Unit::seconds,
       [](Run run) { return run.founding_seconds; }},
      {"ASLEEP AFTER", "asleep_seconds", Unit::seconds,
       [](Run run) { return run.asleep_seconds > 0 ? run.asleep_seconds : not_measured; }},
      {"ASLEEP", "idle_groups_asleep", Unit::count, least_asleep},
      {"IDLE: CORE", "idle_cores", Unit::percent,
       [](Run run) {
         return most_idle(run, [](const IdleFigures& idle) { return idle.cores(); });
       }},
      {"MEMORY", "idle_memory", Unit::bytes,
       [](Run run) {
         return most_idle(run,
                          [](const IdleFigures& idle) { return static_cast<double>(idle.memory); });
       }},
  };
  return columns;
}

const std::vector<Column>& limit_columns() {
  static const std::vector<Column> columns = {
      {"disk, 1 MiB a sync", "disk_bytes_per_second", Unit::megabytes_a_second,
       [](Run run) { return run.machine.disk; }},
      {"disk, syncs of 4 KiB", "syncs_per_second", Unit::per_second,
       [](Run run) { return run.machine.syncs; }},
      {"one sync of 4 KiB, p50", "sync_seconds", Unit::microseconds,
       [](Run run) { return run.machine.sync_time; }},
      {"loopback, one stream", "loopback_bytes_per_second", Unit::megabytes_a_second,
       [](Run run) { return run.machine.loopback; }},
      {"loopback and back, p50", "round_trip_seconds", Unit::microseconds,
       [](Run run) { return run.machine.round_trip; }},
      {"cipher, one core", "cipher_bytes_per_second", Unit::megabytes_a_second,
       [](Run run) { return run.machine.cipher; }},
  };
  return columns;
}

double median(const RunsOfOne& runs, const Column& column) {
  std::vector<double> values;
  for (const ThroughputRun* run : runs) {
    const double value = column.figure(*run);
    if (!std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return not_measured;
  return median_of(std::move(values));
}

}  // namespace tessera::tool::bench
