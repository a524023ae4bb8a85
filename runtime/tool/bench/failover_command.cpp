#include <tessera/runtime/tool/bench/failover.h>
#include <tessera/runtime/tool/bench/failover_report.h>
#include <tessera/runtime/tool/bench/playing.h>
#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>

#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>

namespace tessera::tool {
namespace {

using bench::Cluster;
using bench::FailoverRun;

Result<FailoverRun> play(const FailoverOptions& options) {
  auto folder = Cluster::make_folder(options.folder);
  if (!folder) return folder.error();
  if (options.keep) say("the members' data stays in " + folder->string());
  Cluster::Plan plan;
  plan.folder = *std::move(folder);
  plan.member = {"bench", "client-member"};
  plan.members = options.members;
  plan.keep = options.keep;
  const auto cluster = std::make_shared<Cluster>(std::move(plan));
  auto watcher = [&options](const std::string& what) {
    if (!options.quiet) say("  " + what);
  };
  auto outcome = bench::play_on(*cluster, bench::measure_failover(cluster, options, watcher));
  if (!outcome) {
    for (const std::string& line : cluster->log_tails()) say("    " + line);
  }
  return outcome;
}

Result<void> leave_report(const FailoverOptions& options, const FailoverRun& run) {
  const std::string json = bench::failover_json(options, run).dump(1);
  if (options.json == "-") {
    print(json);
    return {};
  }
  print(bench::failover_table(run));
  if (options.json.empty()) return {};
  std::ofstream file(options.json);
  file << json << "\n";
  file.close();
  if (!file) return Error(Errc::io_failed, options.json.string() + ": cannot be written");
  return {};
}

}  // namespace

ExitCode run_failover(const FailoverOptions& options) {
  if (auto valid = options.validate(); !valid) {
    static_cast<void>(complain(valid.error()));
    return ExitCode::usage;
  }
  // An output that nobody reads ends the run in good order.
  std::signal(SIGPIPE, SIG_IGN);
  const auto run = play(options);
  if (!run) return complain(run.error());
  if (auto left = leave_report(options, *run); !left) return complain(left.error());
  return ExitCode::done;
}

}  // namespace tessera::tool
