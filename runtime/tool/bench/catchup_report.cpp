#include <tessera/runtime/tool/bench/catchup_report.h>
#include <tessera/runtime/tool/bench/median.h>
#include <tessera/runtime/tool/bench/svg_chart.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/version.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <thread>
#include <utility>

namespace tessera::tool::bench {
namespace {

using nlohmann::json;

/// The runs of each strategy, in the order in which they came.
std::vector<std::pair<std::string, std::vector<const CatchUpRun*>>> by_strategy(const Runs& runs) {
  std::vector<std::pair<std::string, std::vector<const CatchUpRun*>>> groups;
  for (const CatchUpRun& run : runs) {
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const auto& group) { return group.first == run.strategy; });
    if (found == groups.end()) {
      groups.push_back({run.strategy, {&run}});
    } else {
      found->second.push_back(&run);
    }
  }
  return groups;
}

using Figure = std::function<double(const CatchUpRun&)>;

double median(const std::vector<const CatchUpRun*>& runs, const Figure& figure) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const CatchUpRun* run : runs) values.push_back(figure(*run));
  return median_of(std::move(values));
}

enum class Unit { count, per_second, seconds, milliseconds, bytes, megabytes_a_second, percent };

std::string text_of(double value, Unit unit) {
  switch (unit) {
    case Unit::count:
      return fmt::format("{:.0f}", value);
    case Unit::per_second:
      return fmt::format("{:.0f}/s", value);
    case Unit::seconds:
      return fmt::format("{:.2f} s", value);
    case Unit::milliseconds:
      return fmt::format("{:.1f} ms", value);
    case Unit::bytes:
      return bytes_text(value);
    case Unit::megabytes_a_second:
      return value == 0 ? "-" : fmt::format("{:.1f} MB/s", value);
    case Unit::percent:
      return fmt::format("{:.0f} %", value * 100);
  }
  return {};
}

/// One line of the table, and one field of the JSON.
struct Line {
  const char* label;
  const char* field;
  Unit unit;
  Figure figure;
};

double stage_rate(const CatchUpRun& run, std::string_view name) {
  for (const Stage& stage : run.bound.stages) {
    if (stage.name == name) return 1 / stage.seconds_per_mb;
  }
  return 0;
}

double number(std::uint64_t count) { return static_cast<double>(count); }

std::vector<Line> result_lines() {
  using Run = const CatchUpRun&;
  return {
      {"entries", "entries", Unit::count, [](Run run) { return number(run.puts); }},
      {"values it lacked", "bytes", Unit::bytes, [](Run run) { return number(run.bytes); }},
      {"time until all is applied", "seconds", Unit::seconds, [](Run run) { return run.applied; }},
      {"  until it answered", "answered_seconds", Unit::seconds,
       [](Run run) { return run.answered; }},
      {"  the last session", "session_seconds", Unit::seconds,
       [](Run run) { return run.session_seconds; }},
      {"time until it votes", "votes_seconds", Unit::seconds, [](Run run) { return run.votes; }},
      {"entries a second", "entries_per_second", Unit::per_second,
       [](Run run) { return run.entries_per_second(); }},
      {"values a second", "mb_per_second", Unit::megabytes_a_second,
       [](Run run) { return run.rate(); }},
      {"sessions", "sessions", Unit::count, [](Run run) { return number(run.sessions); }},
      {"sources of the last one", "sources", Unit::count,
       [](Run run) { return number(run.from_sources.size()); }},
      {"bytes on the wire, received", "wire_received", Unit::bytes,
       [](Run run) { return number(run.joiner.wire_received); }},
      {"bytes on the wire, sent", "wire_sent", Unit::bytes,
       [](Run run) { return number(run.joiner.wire_sent); }},
      {"leader's p99 before", "leader_p99_ms_before", Unit::milliseconds,
       [](Run run) { return run.quiet.p99_ms; }},
      {"leader's p99 meanwhile", "leader_p99_ms", Unit::milliseconds,
       [](Run run) { return run.meanwhile.p99_ms; }},
      {"CPU, the member", "joiner_cpu_seconds", Unit::seconds,
       [](Run run) { return run.joiner.cpu_seconds; }},
      {"CPU, all sources", "sources_cpu_seconds", Unit::seconds,
       [](Run run) { return run.sources.cpu_seconds; }},
      {"peak memory, the member", "joiner_peak_memory", Unit::bytes,
       [](Run run) { return number(run.joiner.peak_memory); }},
      {"peak memory, a source", "source_peak_memory", Unit::bytes,
       [](Run run) { return number(run.sources.peak_memory); }},
      {"  above its rest, the member", "joiner_memory_above_rest", Unit::bytes,
       [](Run run) { return CatchUpRun::above_rest(run.joiner); }},
      {"  above its rest, a source", "source_memory_above_rest", Unit::bytes,
       [](Run run) { return CatchUpRun::above_rest(run.sources); }},
  };
}

std::vector<Line> limit_lines() {
  using Run = const CatchUpRun&;
  constexpr Unit rate = Unit::megabytes_a_second;
  return {
      {"disk, 1 MiB a sync", "disk_mb_per_second", rate,
       [](Run run) { return run.machine.disk / 1e6; }},
      {"disk, syncs of 4 KiB", "syncs_per_second", Unit::per_second,
       [](Run run) { return run.machine.syncs; }},
      {"loopback", "loopback_mb_per_second", rate,
       [](Run run) { return run.machine.loopback / 1e6; }},
      {"cipher, one core", "cipher_mb_per_second", rate,
       [](Run run) { return run.machine.cipher / 1e6; }},
      {"stage read", "stage_read", rate, [](Run run) { return stage_rate(run, "read"); }},
      {"stage seal", "stage_seal", rate, [](Run run) { return stage_rate(run, "seal"); }},
      {"stage open", "stage_open", rate, [](Run run) { return stage_rate(run, "open"); }},
      {"stage digest", "stage_digest", rate, [](Run run) { return stage_rate(run, "digest"); }},
      {"stage write", "stage_write", rate, [](Run run) { return stage_rate(run, "write"); }},
      {"pipeline bound", "bound_mb_per_second", rate, [](Run run) { return run.bound.rate(); }},
      {"share of the bound", "share_of_bound", Unit::percent,
       [](Run run) { return run.share_of_bound(); }},
  };
}

json figures_json(const std::vector<const CatchUpRun*>& runs) {
  json figures;
  for (const auto& lines : {result_lines(), limit_lines()}) {
    for (const Line& line : lines) figures[line.field] = median(runs, line.figure);
  }
  return figures;
}

json run_json(const CatchUpRun& run) {
  json report = figures_json({&run});
  report["strategy"] = run.strategy;
  report["fill_seconds"] = run.fill_seconds;
  report["served"] = run.served;
  report["from_sources"] = run.from_sources;
  report["leader_changed"] = run.leader_changed;
  report["puts_meanwhile"] = run.meanwhile.puts;
  report["puts_failed"] = run.meanwhile.failed;
  report["puts_missed"] = run.meanwhile.missed;
  report["leader_p50_ms"] = run.meanwhile.p50_ms;
  report["leader_max_ms"] = run.meanwhile.max_ms;
  report["digest"] = run.digest;
  report["samples"] = json::array();
  for (const CatchUpSample& sample : run.samples) {
    report["samples"].push_back({sample.at, sample.applied, sample.wire_received});
  }
  return report;
}

}  // namespace

std::string report_table(const Runs& runs) {
  const auto groups = by_strategy(runs);
  std::vector<std::vector<std::string>> rows(1);
  rows[0].emplace_back("CATCH-UP");
  for (const auto& [name, of_it] : groups) rows[0].push_back(name);
  for (const auto& lines : {result_lines(), limit_lines()}) {
    for (const Line& line : lines) {
      std::vector<std::string> row = {line.label};
      for (const auto& group : groups) {
        row.push_back(text_of(median(group.second, line.figure), line.unit));
      }
      rows.push_back(std::move(row));
    }
  }
  return table(rows);
}

json options_json(const CatchUpOptions& options) {
  json report;
  report["members"] = options.members;
  report["sources"] = options.sources == 0 ? options.members - 1 : options.sources;
  report["entries"] = options.puts();
  report["state"] = options.state;
  report["changed"] = options.changed;
  report["value_size"] = options.value_size;
  report["batch"] = options.batch;
  report["repeat"] = options.repeat;
  report["load"] = options.load;
  report["wipe"] = options.wipe;
  report["encrypted"] = !options.plain;
  report["delay_ms"] = options.delay;
  report["bandwidth_mb_per_second"] = options.bandwidth;
  report["bulk_limit_mb_per_second"] = options.bulk_limit;
  report["joiners"] = options.joiners;
  report["joiners_yield"] = options.joiners_yield;
  report["joiners_apart"] = !options.joiners_folder.empty();
  return report;
}

json report_json(const CatchUpOptions& options, const Runs& runs) {
  json report;
  report["tessera"] = std::string(tessera::version);
  report["cores"] = std::thread::hardware_concurrency();
  report["options"] = options_json(options);
  report["medians"] = json::object();
  for (const auto& [name, of_it] : by_strategy(runs)) {
    report["medians"][name] = figures_json(of_it);
  }
  report["runs"] = json::array();
  for (const CatchUpRun& run : runs) report["runs"].push_back(run_json(run));
  return report;
}

std::string report_plot(const CatchUpOptions& options, const Runs& runs) {
  Panel applied{"entries applied", {}};
  Panel received{"bytes received", {}};
  for (const CatchUpRun& run : runs) {
    Curve positions{run.strategy, {}};
    Curve bytes{run.strategy, {}};
    for (const CatchUpSample& sample : run.samples) {
      positions.points.push_back({sample.at, number(sample.applied)});
      bytes.points.push_back({sample.at, number(sample.wire_received)});
    }
    applied.curves.push_back(std::move(positions));
    received.curves.push_back(std::move(bytes));
  }
  const std::string title = fmt::format("catching up on {} entries of {} bytes, {} members{}",
                                        options.puts(), options.value_size, options.members,
                                        options.plain ? ". Links are NOT encrypted" : "");
  return svg_document(title, {applied, received});
}

}  // namespace tessera::tool::bench
