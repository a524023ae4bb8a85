#include <tessera/runtime/tool/bench/svg_chart.h>
#include <tessera/runtime/tool/bench/throughput_report.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/version.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

namespace tessera::tool::bench {
namespace {

using nlohmann::json;
using Run = const ThroughputRun&;
using RunsOfOne = std::vector<const ThroughputRun*>;

/// The runs of each variant, in the order in which they came.
std::vector<std::pair<ThroughputVariant, RunsOfOne>> by_variant(const ThroughputRuns& runs) {
  std::vector<std::pair<ThroughputVariant, RunsOfOne>> groups;
  for (const ThroughputRun& run : runs) {
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const auto& each) { return each.first == run.variant; });
    if (found == groups.end()) {
      groups.push_back({run.variant, {&run}});
    } else {
      found->second.push_back(&run);
    }
  }
  return groups;
}

enum class Unit { count, per_second, microseconds, megabytes_a_second, bytes, cores, ratio };

std::string text_of(double value, Unit unit) {
  switch (unit) {
    case Unit::count:
      return fmt::format("{:.0f}", value);
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
    case Unit::ratio:
      return fmt::format("{:.2f}", value);
  }
  return {};
}

/// One column of a table, and one field of the JSON and of the CSV.
struct Column {
  const char* heading;
  const char* field;
  Unit unit;
  std::function<double(Run)> figure;
};

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
       [](Run run) { return run.bytes_rate() / std::min(run.machine.disk, run.machine.cipher); }},
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
  values.reserve(runs.size());
  for (const ThroughputRun* run : runs) values.push_back(column.figure(*run));
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

json figures_json(const RunsOfOne& runs) {
  json figures;
  for (const auto* columns : {&result_columns(), &limit_columns()}) {
    for (const Column& column : *columns) figures[column.field] = median(runs, column);
  }
  return figures;
}

json run_json(Run run) {
  json report = figures_json({&run});
  report["variant"] = run.variant.name();
  report["clients"] = run.variant.clients;
  report["value_size"] = run.variant.value_size;
  report["at"] = run.variant.place;
  report["consistency"] = run.variant.consistency.empty() ? json() : json(run.variant.consistency);
  report["store"] = run.variant.store;
  report["encrypted"] = true;
  report["seconds"] = run.seconds;
  report["calls"] = run.latency.count();
  report["problem"] = run.problem;
  report["leader_changed"] = run.leader_changed;
  report["digest"] = run.digest;
  report["members"] = json::array();
  for (const MemberFigures& each : run.members) {
    json member;
    member["leads"] = each.leads;
    member["cpu_seconds"] = each.cpu_seconds;
    member["peak_memory"] = each.peak_memory;
    member["wire_sent"] = each.wire_sent;
    report["members"].push_back(std::move(member));
  }
  report["samples"] = json::array();
  for (const ThroughputSample& sample : run.samples) {
    report["samples"].push_back({sample.at, sample.rate, sample.p99});
  }
  return report;
}

json options_json(const ThroughputOptions& options) {
  json report;
  report["members"] = options.members;
  report["rate"] = options.rate;
  report["seconds"] = options.seconds;
  report["warm_up"] = options.warm_up;
  report["keys"] = options.keys;
  report["own_sessions"] = options.own_sessions;
  report["repeat"] = options.repeat;
  return report;
}

const char* work_of(Run run) { return run.variant.consistency.empty() ? "WRITES" : "READS"; }

}  // namespace

std::string throughput_table(const ThroughputRuns& runs) {
  std::vector<std::vector<std::string>> rows(1);
  rows[0].emplace_back(runs.empty() ? "" : work_of(runs.front()));
  for (const Column& column : result_columns()) rows[0].emplace_back(column.heading);
  for (const auto& [variant, of_it] : by_variant(runs)) {
    std::vector<std::string> row = {variant.name()};
    for (const Column& column : result_columns()) {
      row.push_back(text_of(median(of_it, column), column.unit));
    }
    rows.push_back(std::move(row));
  }
  RunsOfOne all;
  for (const ThroughputRun& run : runs) all.push_back(&run);
  std::vector<std::vector<std::string>> limits = {{"THIS MACHINE, MEANWHILE", ""}};
  for (const Column& column : limit_columns()) {
    limits.push_back({column.heading, text_of(median(all, column), column.unit)});
  }
  return table(rows) + "\n\n" + table(limits) + "\n\nLinks are encrypted.";
}

json throughput_json(const ThroughputOptions& options, const ThroughputRuns& runs) {
  json report;
  report["tessera"] = std::string(tessera::version);
  report["cores"] = std::thread::hardware_concurrency();
  report["options"] = options_json(options);
  report["medians"] = json::object();
  for (const auto& [variant, of_it] : by_variant(runs)) {
    report["medians"][variant.name()] = figures_json(of_it);
  }
  report["runs"] = json::array();
  for (Run run : runs) report["runs"].push_back(run_json(run));
  return report;
}

std::string throughput_csv(const ThroughputRuns& runs) {
  std::string text = "clients,value_size,at,consistency,store,seconds,calls";
  for (const auto* columns : {&result_columns(), &limit_columns()}) {
    for (const Column& column : *columns) text += fmt::format(",{}", column.field);
  }
  for (Run run : runs) {
    const ThroughputVariant& variant = run.variant;
    text += fmt::format("\n{},{},{},{},{},{:.6g},{}", variant.clients, variant.value_size,
                        variant.place, variant.consistency, variant.store, run.seconds,
                        run.latency.count());
    for (const auto* columns : {&result_columns(), &limit_columns()}) {
      for (const Column& column : *columns) text += fmt::format(",{:.6g}", column.figure(run));
    }
  }
  return text;
}

std::string throughput_plot(const ThroughputOptions& options, const ThroughputRuns& runs) {
  const bool writes = options.work == ThroughputOptions::Work::write;
  Panel rates{writes ? "writes a second" : "reads a second", {}};
  Panel latencies{"99th percentile of the latency, milliseconds", {}};
  for (Run run : runs) {
    Curve rate{run.variant.name(), {}};
    Curve latency{run.variant.name(), {}};
    for (const ThroughputSample& sample : run.samples) {
      rate.points.push_back({sample.at, sample.rate});
      latency.points.push_back({sample.at, sample.p99 * 1e3});
    }
    rates.curves.push_back(std::move(rate));
    latencies.curves.push_back(std::move(latency));
  }
  const std::string title =
      fmt::format("{}, {} members", writes ? "writes" : "reads", options.members);
  return svg_document(title, {rates, latencies});
}

}  // namespace tessera::tool::bench
