#include <tessera/runtime/tool/bench/catchup_report.h>
#include <tessera/runtime/tool/bench/crowd_report.h>
#include <tessera/runtime/tool/bench/median.h>
#include <tessera/runtime/tool/bench/svg_chart.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/version.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace tessera::tool::bench {
namespace {

using nlohmann::json;

double median_ratio(const CrowdRun& run) {
  std::vector<double> ratios;
  for (const CrowdRound& round : run.rounds) ratios.push_back(round.p99_ratio());
  if (ratios.empty()) return 0;
  return median_of(std::move(ratios));
}

json load_json(const LoadFigures& load) {
  return {{"puts", load.puts},     {"failed", load.failed}, {"missed", load.missed},
          {"p50_ms", load.p50_ms}, {"p99_ms", load.p99_ms}, {"max_ms", load.max_ms}};
}

json round_json(const CrowdRound& round) {
  json report;
  report["quiet"] = load_json(round.quiet);
  report["meanwhile"] = load_json(round.meanwhile);
  report["p99_ratio"] = round.p99_ratio();
  report["seconds"] = round.seconds;
  report["sources_cpu_seconds"] = round.sources_cpu_seconds;
  report["served"] = round.served;
  return report;
}

std::vector<std::string> row_of(const CrowdRun& run, std::size_t at) {
  const CrowdRound& round = run.rounds[at];
  return {fmt::format("{} {}", run.strategy, at + 1),
          fmt::format("{:.1f} ms", round.quiet.p50_ms),
          fmt::format("{:.1f} ms", round.meanwhile.p50_ms),
          fmt::format("{:.1f} ms", round.quiet.p99_ms),
          fmt::format("{:.1f} ms", round.meanwhile.p99_ms),
          fmt::format("{:.2f}", round.p99_ratio()),
          fmt::format("{:.1f} s", round.seconds),
          bytes_text(static_cast<double>(round.served)),
          fmt::format("{:.2f} cores", round.sources_cpu_seconds / std::max(round.seconds, 1e-9))};
}

}  // namespace

std::string crowd_table(const Crowds& crowds) {
  std::vector<std::vector<std::string>> rows = {{"ROUND", "p50 alone", "p50 meanwhile", "p99 alone",
                                                 "p99 meanwhile", "ratio", "took", "served",
                                                 "sources"}};
  std::string medians;
  for (const CrowdRun& run : crowds) {
    for (std::size_t at = 0; at < run.rounds.size(); ++at) rows.push_back(row_of(run, at));
    medians += fmt::format("\n{}: median ratio of the p99 {:.2f}", run.strategy, median_ratio(run));
  }
  return table(rows) + medians;
}

json crowd_json(const CatchUpOptions& options, const Crowds& crowds) {
  json report;
  report["tessera"] = std::string(tessera::version);
  report["cores"] = std::thread::hardware_concurrency();
  report["options"] = options_json(options);
  report["crowds"] = json::array();
  for (const CrowdRun& run : crowds) {
    json each;
    each["strategy"] = run.strategy;
    each["median_p99_ratio"] = median_ratio(run);
    each["rounds"] = json::array();
    for (const CrowdRound& round : run.rounds) each["rounds"].push_back(round_json(round));
    report["crowds"].push_back(std::move(each));
  }
  return report;
}

std::string crowd_plot(const CatchUpOptions& options, const Crowds& crowds) {
  Panel panel{"p99 of the load, in ms, by round", {}};
  for (const CrowdRun& run : crowds) {
    Curve alone{run.strategy + ", alone", {}};
    Curve meanwhile{run.strategy + ", meanwhile", {}};
    for (std::size_t at = 0; at < run.rounds.size(); ++at) {
      const auto round = static_cast<double>(at + 1);
      alone.points.push_back({round, run.rounds[at].quiet.p99_ms});
      meanwhile.points.push_back({round, run.rounds[at].meanwhile.p99_ms});
    }
    panel.curves.push_back(std::move(alone));
    panel.curves.push_back(std::move(meanwhile));
  }
  const std::string title =
      fmt::format("{} new members at once, {} cells of {} bytes, {:.0f} puts a second{}",
                  options.joiners, options.state, options.value_size, options.load,
                  options.plain ? ". Links are NOT encrypted" : "");
  return svg_document(title, {panel});
}

}  // namespace tessera::tool::bench
