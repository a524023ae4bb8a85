#include <tessera/runtime/tool/bench/catchup.h>
#include <tessera/runtime/tool/bench/catchup_report.h>
#include <tessera/runtime/tool/bench/crowd_report.h>
#include <tessera/runtime/tool/bench/links.h>
#include <tessera/runtime/tool/bench/playing.h>
#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <functional>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using bench::CatchUpRun;
using bench::Cluster;
using bench::Progress;

constexpr std::size_t bar_width = 32;

/// Shows what goes on: a bar that moves on a terminal, elsewhere a line for each step.
class Screen {
 public:
  void show(const Progress& progress) {
    if (talks_to_terminal()) {
      live_.show({line(progress)});
    } else if (progress.what != last_) {
      say("  " + progress.what);
    }
    last_ = progress.what;
  }
  void settle() { live_.clear(); }

 private:
  static std::string line(const Progress& progress) {
    if (progress.total == 0) return "  " + progress.what;
    const double share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
    std::string left;
    if (share > 0.01) {
      left = fmt::format("  {:.0f} s left", progress.seconds / share * (1 - std::min(1.0, share)));
    }
    return fmt::format("  {} {:>3.0f} %  {}{}",
                       styled(Style::accent, bar({progress.done, progress.total}, bar_width)),
                       share * 100, progress.what, left);
  }

  LiveLines live_;
  std::string last_;
};

/// A cluster in a folder and with processes of its own, for one run.
class Stage {
 public:
  Stage(const CatchUpOptions& options, Screen& screen) : options_(options), screen_(screen) {}

  Result<std::shared_ptr<Cluster>> build(const std::string& strategy) {
    Cluster::Plan plan;
    if (!options_.joiners_folder.empty()) {
      auto apart = Cluster::make_folder(options_.joiners_folder);
      if (!apart) return apart.error();
      plan.joiners_folder = *std::move(apart);
    }
    auto folder = Cluster::make_folder(options_.folder);
    if (!folder) {
      std::error_code ignored;
      if (!plan.joiners_folder.empty()) std::filesystem::remove(plan.joiners_folder, ignored);
      return folder.error();
    }
    folder_ = *std::move(folder);
    if (options_.keep) say("the members' data stays in " + folder_.string());
    plan.folder = folder_;
    plan.member = {"bench", "member", "--strategy", strategy};
    if (options_.plain) plan.member.emplace_back("--plain");
    plan.members = options_.members;
    plan.joiners = options_.joiners;
    plan.joiners_yield = options_.joiners_yield;
    plan.bulk_bytes_per_second = static_cast<std::size_t>(options_.bulk_limit * 1e6);
    plan.shape.delay = std::chrono::microseconds(static_cast<std::int64_t>(options_.delay * 1000));
    plan.shape.bytes_per_second = options_.bandwidth * 1e6;
    plan.keep = options_.keep;
    cluster_ = std::make_shared<Cluster>(std::move(plan));
    return cluster_;
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// Plays `piece`, and says what went wrong.
  template <class Outcome>
  Result<Outcome> play(const std::function<asio::awaitable<Result<Outcome>>(
                           std::shared_ptr<Cluster>, bench::CatchUpPlan, bench::Watcher)>& piece,
                       const std::string& strategy) {
    auto watcher = [this](const Progress& progress) {
      if (!options_.quiet) screen_.show(progress);
    };
    auto outcome =
        bench::play_on(*cluster_, piece(cluster_, {options_, strategy, folder_}, watcher));
    screen_.settle();
    if (!outcome) {
      for (const std::string& line : cluster_->log_tails()) say("    " + line);
    }
    return outcome;
  }

 private:
  const CatchUpOptions& options_;
  Screen& screen_;
  std::filesystem::path folder_;
  std::shared_ptr<Cluster> cluster_;
};

Result<CatchUpRun> run_one(const CatchUpOptions& options, Screen& screen,
                           const std::string& strategy) {
  Stage stage(options, screen);
  if (auto built = stage.build(strategy); !built) return built.error();
  auto machine = bench::measure_machine(stage.folder());
  if (!machine) return machine.error();
  auto run = stage.play<CatchUpRun>(bench::catch_up, strategy);
  if (!run) return run;
  run->machine = *machine;
  const auto records = options.plain ? net::RecordProtection::none : net::RecordProtection::sealed;
  auto bound = bench::measure_pipeline(stage.folder(),
                                       {run->moves, run->bytes, options.value_size, records});
  if (!bound) return bound.error();
  run->bound = *std::move(bound);
  return run;
}

Result<bench::CrowdRun> run_crowd(const CatchUpOptions& options, Screen& screen,
                                  const std::string& strategy) {
  Stage stage(options, screen);
  if (auto built = stage.build(strategy); !built) return built.error();
  return stage.play<bench::CrowdRun>(bench::crowd, strategy);
}

Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) return Error(Errc::io_failed, path.string() + ": cannot be written");
  return {};
}

/// What came out of all runs, in the forms that were asked for.
struct Outcome {
  std::string table;
  nlohmann::json numbers;
  std::string plot;
};

Result<void> leave_report(const CatchUpOptions& options, const Outcome& outcome) {
  const std::string json = outcome.numbers.dump(1);
  if (options.json == "-") {
    print(json);
  } else {
    print(outcome.table);
    if (!options.json.empty()) {
      if (auto written = write_file(options.json, json + "\n"); !written) return written;
    }
  }
  if (options.plot.empty()) return {};
  return write_file(options.plot, outcome.plot);
}

std::string links_line(const CatchUpOptions& options) {
  return "\n\n" + std::string(sentence_of(bench::links_of(options.plain)));
}

/// What else than the group is not as it would be among machines that are all alike.
std::string joiners_line(const CatchUpOptions& options) {
  std::string line;
  if (options.joiners_yield) {
    line += "\nThe new members got only the processor time that nobody else wanted.";
  }
  if (!options.joiners_folder.empty()) {
    line += "\nThe new members kept their data in " + options.joiners_folder.string() + ".";
  }
  return line;
}

Result<Outcome> compare(const CatchUpOptions& options, Screen& screen) {
  bench::Runs runs;
  for (std::size_t round = 0; round < options.repeat; ++round) {
    // In turns, so that all meet the same moods of a shared machine.
    for (const std::string& strategy : options.strategies) {
      if (!options.quiet) {
        say(styled(Style::bold,
                   fmt::format("{}, run {} of {}", strategy, round + 1, options.repeat)));
      }
      auto run = run_one(options, screen, strategy);
      if (!run) return run.error();
      runs.push_back(*std::move(run));
    }
  }
  return Outcome{bench::report_table(runs) + links_line(options), bench::report_json(options, runs),
                 bench::report_plot(options, runs)};
}

Result<Outcome> gather_crowds(const CatchUpOptions& options, Screen& screen) {
  bench::Crowds crowds;
  for (const std::string& strategy : options.strategies) {
    if (!options.quiet) say(styled(Style::bold, strategy));
    auto run = run_crowd(options, screen, strategy);
    if (!run) return run.error();
    crowds.push_back(*std::move(run));
  }
  return Outcome{bench::crowd_table(crowds) + links_line(options) + joiners_line(options),
                 bench::crowd_json(options, crowds), bench::crowd_plot(options, crowds)};
}

}  // namespace

ExitCode run_catchup(const CatchUpOptions& options) {
  if (auto valid = options.validate(); !valid) {
    static_cast<void>(complain(valid.error()));
    return ExitCode::usage;
  }
  // An output that nobody reads ends the run in good order.
  std::signal(SIGPIPE, SIG_IGN);
  Screen screen;
  auto outcome = options.joiners != 0 ? gather_crowds(options, screen) : compare(options, screen);
  if (!outcome) return complain(outcome.error());
  if (auto left = leave_report(options, *outcome); !left) return complain(left.error());
  return ExitCode::done;
}

}  // namespace tessera::tool
