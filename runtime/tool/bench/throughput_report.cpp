#include <tessera/runtime/tool/bench/links.h>
#include <tessera/runtime/tool/bench/svg_chart.h>
#include <tessera/runtime/tool/bench/throughput_columns.h>
#include <tessera/runtime/tool/bench/throughput_report.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/version.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

namespace tessera::tool::bench {
namespace {

using nlohmann::json;
using Run = const ThroughputRun&;

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

/// The columns of all tables.
std::vector<Column> all_columns() {
  std::vector<Column> all;
  for (const auto* columns : {&result_columns(), &group_columns(), &limit_columns()}) {
    all.insert(all.end(), columns->begin(), columns->end());
  }
  return all;
}

json figures_json(const RunsOfOne& runs) {
  json figures;
  for (const Column& column : all_columns()) {
    const double figure = median(runs, column);
    figures[column.field] = std::isnan(figure) ? json() : json(figure);
  }
  return figures;
}

json idle_json(const IdleFigures& idle) {
  if (idle.seconds <= 0) return {};
  json report;
  report["seconds"] = idle.seconds;
  report["cores"] = idle.cores();
  report["memory"] = idle.memory;
  report["groups_asleep"] = idle.asleep;
  return report;
}

json run_json(Run run) {
  json report = figures_json({&run});
  report["variant"] = run.variant.name();
  report["clients"] = run.variant.clients;
  report["value_size"] = run.variant.value_size;
  report["at"] = run.variant.place;
  report["consistency"] = run.variant.consistency.empty() ? json() : json(run.variant.consistency);
  report["store"] = run.variant.store;
  report["groups"] = run.variant.groups;
  report["encrypted"] = !run.variant.plain;
  report["seconds"] = run.seconds;
  report["calls"] = run.latency.count();
  report["problem"] = run.problem;
  report["leader_changed"] = run.leader_changed;
  report["digest"] = run.digest;
  report["members"] = json::array();
  for (const MemberFigures& each : run.members) {
    json member;
    member["leads"] = each.leads;
    member["groups_led"] = each.groups_led;
    member["idle"] = idle_json(each.idle);
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
  report["encrypted"] = !options.plain;
  report["own_sessions"] = options.own_sessions;
  report["repeat"] = options.repeat;
  return report;
}

const char* work_of(Run run) { return run.variant.consistency.empty() ? "WRITES" : "READS"; }

/// A row for each variant.
std::string variants_table(const ThroughputRuns& runs, const std::string& heading,
                           const std::vector<Column>& columns) {
  std::vector<std::vector<std::string>> rows = {{heading}};
  for (const Column& column : columns) rows[0].emplace_back(column.heading);
  for (const auto& [variant, of_it] : by_variant(runs)) {
    std::vector<std::string> row = {variant.name()};
    for (const Column& column : columns) row.push_back(text_of(median(of_it, column), column.unit));
    rows.push_back(std::move(row));
  }
  return table(rows) + "\n\n";
}

bool tells_of_groups(Run run) { return run.variant.groups > 1 || run.asleep_seconds > 0; }

}  // namespace

std::string throughput_table(const ThroughputRuns& runs) {
  std::string text =
      variants_table(runs, runs.empty() ? "" : work_of(runs.front()), result_columns());
  if (std::any_of(runs.begin(), runs.end(), tells_of_groups)) {
    text += variants_table(runs, "BEFORE THE LOAD", group_columns());
  }
  RunsOfOne all;
  for (const ThroughputRun& run : runs) all.push_back(&run);
  std::vector<std::vector<std::string>> limits = {{"THIS MACHINE, MEANWHILE", ""}};
  for (const Column& column : limit_columns()) {
    limits.push_back({column.heading, text_of(median(all, column), column.unit)});
  }
  const bool plain = !runs.empty() && runs.front().variant.plain;
  return text + table(limits) + "\n\n" + std::string(sentence_of(links_of(plain)));
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
  std::string text = "clients,value_size,at,consistency,store,groups,encrypted,seconds,calls";
  for (const Column& column : all_columns()) text += fmt::format(",{}", column.field);
  for (Run run : runs) {
    const ThroughputVariant& variant = run.variant;
    text += fmt::format("\n{},{},{},{},{},{},{},{:.6g},{}", variant.clients, variant.value_size,
                        variant.place, variant.consistency, variant.store, variant.groups,
                        !variant.plain, run.seconds, run.latency.count());
    for (const Column& column : all_columns()) {
      const double figure = column.figure(run);
      text += std::isnan(figure) ? "," : fmt::format(",{:.6g}", figure);
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
      fmt::format("{}, {} members{}", writes ? "writes" : "reads", options.members,
                  options.plain ? ". Links are NOT encrypted" : "");
  return svg_document(title, {rates, latencies});
}

}  // namespace tessera::tool::bench
