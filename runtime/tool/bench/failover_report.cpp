#include <tessera/runtime/tool/bench/failover_report.h>
#include <tessera/runtime/tool/bench/median.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/version.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

namespace tessera::tool::bench {
namespace {

using nlohmann::json;

/// What the rounds of one way came to.
struct Outcome {
  std::string way;
  std::size_t rounds = 0;
  double least = 0;
  double median = 0;
  double most = 0;
  double longest = 0;  ///< the median of the rounds' slowest writes
  std::uint64_t failed = 0;
};

Outcome outcome_of(const FailoverRun& run, const std::string& way) {
  Outcome outcome;
  outcome.way = way;
  std::vector<double> resumed;
  std::vector<double> longest;
  for (const FailoverRound& round : run.rounds) {
    if (round.way != way) continue;
    resumed.push_back(round.resumed);
    longest.push_back(round.longest);
    outcome.failed += round.failed;
  }
  outcome.rounds = resumed.size();
  outcome.least = *std::min_element(resumed.begin(), resumed.end());
  outcome.most = *std::max_element(resumed.begin(), resumed.end());
  outcome.median = median_of(std::move(resumed));
  outcome.longest = median_of(std::move(longest));
  return outcome;
}

/// In the order in which they came first.
std::vector<Outcome> outcomes(const FailoverRun& run) {
  std::vector<Outcome> all;
  for (const FailoverRound& round : run.rounds) {
    const auto same = [&](const Outcome& each) { return each.way == round.way; };
    if (std::none_of(all.begin(), all.end(), same)) all.push_back(outcome_of(run, round.way));
  }
  return all;
}

std::string millis(double seconds) { return fmt::format("{:.1f} ms", seconds * 1e3); }

json round_json(const FailoverRun& run, const FailoverRound& round) {
  json report;
  report["how"] = round.way;
  report["resumed_seconds"] = round.resumed;
  report["resumed_election_timeouts"] = round.resumed / run.election_timeout;
  report["resumed_heartbeats"] = round.resumed / run.heartbeat;
  report["longest_write_seconds"] = round.longest;
  report["written"] = round.written;
  report["failed"] = round.failed;
  report["missed"] = round.missed;
  report["problem"] = round.problem;
  return report;
}

json outcome_json(const FailoverRun& run, const Outcome& outcome) {
  json report;
  report["rounds"] = outcome.rounds;
  report["least_seconds"] = outcome.least;
  report["median_seconds"] = outcome.median;
  report["most_seconds"] = outcome.most;
  report["median_election_timeouts"] = outcome.median / run.election_timeout;
  report["most_election_timeouts"] = outcome.most / run.election_timeout;
  report["median_heartbeats"] = outcome.median / run.heartbeat;
  report["most_heartbeats"] = outcome.most / run.heartbeat;
  report["longest_write_seconds"] = outcome.longest;
  report["failed"] = outcome.failed;
  return report;
}

}  // namespace

std::string failover_table(const FailoverRun& run) {
  std::vector<std::vector<std::string>> rows = {
      {"THE LEADER", "ROUNDS", "RESUMED: MEDIAN", "LEAST", "MOST", "ELECTION TIMEOUTS: MEDIAN",
       "MOST", "HEARTBEATS: MEDIAN", "MOST", "LONGEST WRITE", "FAILED"}};
  const auto counted = [](double number) { return fmt::format("{:.2f}", number); };
  for (const Outcome& each : outcomes(run)) {
    rows.push_back({each.way, std::to_string(each.rounds), millis(each.median), millis(each.least),
                    millis(each.most), counted(each.median / run.election_timeout),
                    counted(each.most / run.election_timeout), counted(each.median / run.heartbeat),
                    counted(each.most / run.heartbeat), millis(each.longest),
                    std::to_string(each.failed)});
  }
  return table(rows) + fmt::format(
                           "\n\nElection timeout {:.0f} ms, heartbeat {:.0f} ms. fsync. "
                           "Links are encrypted.",
                           run.election_timeout * 1e3, run.heartbeat * 1e3);
}

json failover_json(const FailoverOptions& options, const FailoverRun& run) {
  json report;
  report["tessera"] = std::string(tessera::version);
  report["cores"] = std::thread::hardware_concurrency();
  report["members"] = options.members;
  report["rate"] = options.rate;
  report["value_size"] = options.value_size;
  report["store"] = "fsync";
  report["encrypted"] = true;
  report["election_timeout_seconds"] = run.election_timeout;
  report["heartbeat_seconds"] = run.heartbeat;
  report["digest"] = run.digest;
  report["outcomes"] = json::object();
  for (const Outcome& each : outcomes(run)) report["outcomes"][each.way] = outcome_json(run, each);
  report["rounds"] = json::array();
  for (const FailoverRound& round : run.rounds) report["rounds"].push_back(round_json(run, round));
  return report;
}

}  // namespace tessera::tool::bench
