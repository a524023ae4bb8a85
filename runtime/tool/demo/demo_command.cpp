#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/demo/acts.h>
#include <tessera/runtime/tool/demo/report.h>
#include <tessera/runtime/tool/spawn.h>

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
using demo::Cluster;
using demo::Place;
using demo::Record;
using demo::Verdict;

/// This program, as a person would type it.
std::string program() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return "tessera";
  const auto near = std::filesystem::proximate(path, error);
  if (error || near.string().starts_with("../..")) return path.string();
  return near.has_parent_path() ? near.string() : "./" + near.string();
}

void say_what_next(const Record& record) {
  const std::string tessera = program();
  say("");
  say(styled(Style::bold, "Try next:"));
  say(fmt::format("  TESSERA_KEY=secret {} node --data a --founders 1 &", tessera));
  say(fmt::format("  {} load --data a {} {}", tessera, record.data.load_flags,
                  record.data.file.string()));
  say(fmt::format("  {} get --data a {}", tessera, record.data.lookups.front()));
}

/// How every member is and what it last logged.
void say_states(const Cluster& cluster) {
  for (const std::string& state : cluster.states()) say("  " + state);
  for (Place place = 0; place < cluster.members().size(); ++place) {
    const auto tail = cluster.log_tail(place);
    if (tail.empty()) continue;
    say(styled(Style::dim, fmt::format("  the end of {}:", cluster.members()[place].log.string())));
    for (const std::string& line : tail) say("    " + line);
  }
}

void print_verdicts(const Record& record) {
  std::vector<std::vector<std::string>> rows = {{"MEMBER", "ROLE", "POSITION", "ROWS", "DIGEST"}};
  for (const Verdict& each : record.verdicts) {
    rows.push_back({each.name, each.role, each.position,
                    fmt::format("{}/{}", each.found, record.data.rows.size()),
                    each.digest.substr(0, 32)});
  }
  print(table(rows));
  for (const auto& [key, value] : record.lookups) print(fmt::format("{}  {}", key, value));
}

ExitCode conclude(const Record& record, const DemoOptions& options) {
  const auto written = demo::write_report(record, options.report);
  if (options.json) {
    auto report = demo::report_json(record);
    if (written) report["report"] = options.report.string();
    print(report.dump());
  } else {
    print_verdicts(record);
  }
  if (!written) return complain(written.error());
  if (!record.digests_agree()) {
    return complain(Error(Errc::damaged, "the members' digests or positions differ"));
  }
  if (!record.complete()) {
    return complain(Error(Errc::damaged, "acknowledged rows are missing"));
  }
  say(
      fmt::format("{} after {:.1f} s: four equal digests, and all {} acknowledged {} on each "
                  "member",
                  styled(Style::good, "done"), std::chrono::duration<double>(record.took).count(),
                  record.data.rows.size(), record.data.items));
  say("the report is in " + options.report.string());
  say_what_next(record);
  return ExitCode::done;
}

void say_what_is_kept(const Cluster& cluster) {
  const auto settings = cluster.folder() / "node.toml";
  std::ofstream file(settings);
  std::filesystem::permissions(
      settings, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  file << "network = \"tessera demo\"\nkey = \"" << cluster.key() << "\"\n";
  say(
      fmt::format("the members' data is kept; a member is started again by\n  {} node --config {} "
                  "--data {}",
                  program(), settings.string(), cluster.members()[0].data_dir.string()));
}

}  // namespace

ExitCode run_demo(const DemoOptions& options) {
  auto data = demo::open_data_set();
  if (!data) return complain(data.error());
  auto record = std::make_shared<Record>();
  record->data = *std::move(data);
  record->seed = options.seed;
  say(fmt::format("The data: {}, {} {} from {}", record->data.name, record->data.rows.size(),
                  record->data.items, record->data.file.string()));

  // From here on a signal ends the demo in good order, and so does an output that nobody reads.
  std::signal(SIGPIPE, SIG_IGN);
  asio::io_context io(1);
  asio::signal_set signals(io, SIGINT, SIGTERM, SIGHUP);
  auto folder = Cluster::make_folder();
  if (!folder) return complain(folder.error());
  auto cluster = std::make_shared<Cluster>(*folder, options.keep);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) cluster->interrupt();
  });
  Result<void> played;
  asio::co_spawn(io, demo::play(cluster, record),
                 [&](const std::exception_ptr& thrown, Result<void> outcome) {
                   io.stop();
                   if (thrown) std::rethrow_exception(thrown);
                   played = std::move(outcome);
                 });
  io.run();
  ExitCode code = ExitCode::failed;
  if (cluster->interrupted()) {
    say("interrupted");
  } else if (played) {
    code = conclude(*record, options);
  } else {
    code = complain(played.error());
    say_states(*cluster);
  }
  if (options.keep) say_what_is_kept(*cluster);
  cluster->end();
  return code;
}

}  // namespace tessera::tool
