#include <tessera/runtime/tool/bench/catchup.h>
#include <tessera/runtime/tool/bench/catchup_report.h>
#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>

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

/// One run, in a folder and with processes of its own.
class Bench {
 public:
  Bench(const CatchUpOptions& options, Screen& screen) : options_(options), screen_(screen) {}

  Result<CatchUpRun> run(const std::string& strategy) {
    auto folder = Cluster::make_folder(options_.folder);
    if (!folder) return folder.error();
    const auto cluster = std::make_shared<Cluster>(Cluster::Plan{
        *folder, {"bench", "member", "--strategy", strategy}, options_.members, options_.keep});
    if (options_.keep) say("the members' data stays in " + folder->string());
    auto machine = bench::measure_machine(*folder);
    if (!machine) return machine.error();
    auto run = play(cluster, {options_, strategy, *folder});
    if (!run) {
      for (const std::string& line : cluster->log_tails()) say("    " + line);
      return run;
    }
    run->machine = *machine;
    auto bound = bench::measure_pipeline(*folder, {run->moves, run->bytes, options_.value_size});
    if (!bound) return bound.error();
    run->bound = *std::move(bound);
    return run;
  }

 private:
  Result<CatchUpRun> play(const std::shared_ptr<Cluster>& cluster, bench::CatchUpPlan plan) {
    asio::io_context io(1);
    asio::signal_set signals(io, SIGINT, SIGTERM, SIGHUP);
    signals.async_wait([&](const boost::system::error_code& error, int) {
      if (!error) cluster->interrupt();
    });
    Result<CatchUpRun> outcome = Error(Errc::disconnected, "interrupted");
    auto watcher = [this](const Progress& progress) {
      if (!options_.quiet) screen_.show(progress);
    };
    asio::co_spawn(io, bench::catch_up(cluster, std::move(plan), watcher),
                   [&](const std::exception_ptr& thrown, Result<CatchUpRun> run) {
                     io.stop();
                     if (thrown) std::rethrow_exception(thrown);
                     outcome = std::move(run);
                   });
    io.run();
    // Its members are of no use any more, and would take part in what is measured next.
    cluster->stop();
    screen_.settle();
    return outcome;
  }

  const CatchUpOptions& options_;
  Screen& screen_;
};

Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) return Error(Errc::io_failed, path.string() + ": cannot be written");
  return {};
}

Result<void> leave_report(const CatchUpOptions& options, const bench::Runs& runs) {
  const std::string json = bench::report_json(options, runs).dump(1);
  if (options.json == "-") {
    print(json);
  } else {
    print(bench::report_table(runs));
    if (!options.json.empty()) {
      if (auto written = write_file(options.json, json + "\n"); !written) return written;
    }
  }
  if (options.plot.empty()) return {};
  return write_file(options.plot, bench::report_plot(options, runs));
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
  bench::Runs runs;
  for (std::size_t round = 0; round < options.repeat; ++round) {
    // In turns, so that all meet the same moods of a shared machine.
    for (const std::string& strategy : options.strategies) {
      if (!options.quiet) {
        say(styled(Style::bold,
                   fmt::format("{}, run {} of {}", strategy, round + 1, options.repeat)));
      }
      auto run = Bench(options, screen).run(strategy);
      if (!run) return complain(run.error());
      runs.push_back(*std::move(run));
    }
  }
  if (auto left = leave_report(options, runs); !left) return complain(left.error());
  return ExitCode::done;
}

}  // namespace tessera::tool
