#include <tessera/runtime/tool/bench/playing.h>
#include <tessera/runtime/tool/bench/throughput.h>
#include <tessera/runtime/tool/bench/throughput_report.h>
#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>

namespace tessera::tool {
namespace {

using bench::Cluster;
using bench::ThroughputProgress;
using bench::ThroughputRun;

constexpr std::size_t bar_width = 32;

/// Shows what goes on: a bar that moves on a terminal, elsewhere a line for each step.
class Screen {
 public:
  void show(const ThroughputProgress& progress) {
    if (talks_to_terminal()) {
      live_.show({line(progress)});
    } else if (progress.what != last_) {
      say("  " + progress.what);
    }
    last_ = progress.what;
  }
  void settle() { live_.clear(); }

 private:
  static std::string line(const ThroughputProgress& progress) {
    if (progress.groups_total > 1) {
      return fmt::format(
          "  {}  {}, {} of {}",
          styled(Style::accent, bar({progress.groups, progress.groups_total}, bar_width)),
          progress.what, progress.groups, progress.groups_total);
    }
    if (progress.seconds_total == 0) return "  " + progress.what;
    const auto millis = [](double seconds) { return static_cast<std::uint64_t>(seconds * 1e3); };
    const Share share{millis(progress.seconds), millis(progress.seconds_total)};
    return fmt::format("  {}  {}  {:.0f}/s  p99 {:.2f} ms",
                       styled(Style::accent, bar(share, bar_width)), progress.what, progress.rate,
                       progress.p99 * 1e3);
  }

  LiveLines live_;
  std::string last_;
};

/// One run, in a folder and with processes of its own. The machine is measured before and after.
class ThroughputBench {
 public:
  ThroughputBench(const ThroughputOptions& options, Screen& screen)
      : options_(options), screen_(screen) {}

  Result<ThroughputRun> run(const ThroughputVariant& variant) {
    auto folder = Cluster::make_folder(options_.folder);
    if (!folder) return folder.error();
    Cluster::Plan plan;
    plan.folder = *folder;
    plan.member = {"bench", "client-member"};
    plan.members = options_.members;
    plan.keep = options_.keep;
    if (variant.store == "memory") plan.member.emplace_back("--memory");
    if (variant.plain) plan.member.emplace_back("--plain");
    plan.member.insert(plan.member.end(), {"--groups", std::to_string(variant.groups)});
    const auto cluster = std::make_shared<Cluster>(std::move(plan));
    if (options_.keep) say("the members' data stays in " + folder->string());
    auto machine = bench::measure_machine(*folder);
    if (!machine) return machine.error();
    auto run = play(cluster, {options_, variant});
    if (!run) {
      for (const std::string& line : cluster->log_tails()) say("    " + line);
      return run;
    }
    const auto after = bench::measure_machine(*folder);
    if (!after) return after.error();
    run->machine = bench::better_of(*machine, *after);
    return run;
  }

 private:
  Result<ThroughputRun> play(const std::shared_ptr<Cluster>& cluster, bench::ThroughputPlan plan) {
    auto watcher = [this](const ThroughputProgress& progress) {
      if (!options_.quiet) screen_.show(progress);
    };
    auto outcome =
        bench::play_on(*cluster, bench::measure_throughput(cluster, std::move(plan), watcher));
    screen_.settle();
    return outcome;
  }

  const ThroughputOptions& options_;
  Screen& screen_;
};

/// Writes `text` to the file, or prints it if the file is "-". True if it was printed.
Result<bool> leave(const std::filesystem::path& path, const std::string& text) {
  if (path.empty()) return false;
  if (path == "-") {
    print(text);
    return true;
  }
  std::ofstream file(path);
  file << text << "\n";
  file.close();
  if (!file) return Error(Errc::io_failed, path.string() + ": cannot be written");
  return false;
}

Result<void> leave_report(const ThroughputOptions& options, const bench::ThroughputRuns& runs) {
  const auto json = leave(options.json, bench::throughput_json(options, runs).dump(1));
  if (!json) return json.error();
  const auto csv = leave(options.csv, bench::throughput_csv(runs));
  if (!csv) return csv.error();
  if (!*json && !*csv) print(bench::throughput_table(runs));
  const auto plot = leave(options.plot, bench::throughput_plot(options, runs));
  if (!plot) return plot.error();
  return {};
}

void warn_of(const ThroughputRun& run) {
  if (run.leader_changed) say("  another member has taken the lead meanwhile");
  if (run.failed != 0) say(fmt::format("  {} calls failed: {}", run.failed, run.problem));
}

}  // namespace

ExitCode run_throughput(const ThroughputOptions& options) {
  if (auto valid = options.validate(); !valid) {
    static_cast<void>(complain(valid.error()));
    return ExitCode::usage;
  }
  // An output that nobody reads ends the run in good order.
  std::signal(SIGPIPE, SIG_IGN);
  Screen screen;
  bench::ThroughputRuns runs;
  for (std::size_t round = 0; round < options.repeat; ++round) {
    // In turns, so that all meet the same moods of a shared machine.
    for (const ThroughputVariant& variant : variants(options)) {
      if (!options.quiet) {
        say(styled(Style::bold,
                   fmt::format("{}, run {} of {}", variant.name(), round + 1, options.repeat)));
      }
      auto run = ThroughputBench(options, screen).run(variant);
      if (!run) return complain(run.error());
      warn_of(*run);
      runs.push_back(*std::move(run));
    }
  }
  if (auto left = leave_report(options, runs); !left) return complain(left.error());
  return ExitCode::done;
}

}  // namespace tessera::tool
