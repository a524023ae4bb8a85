#include <tessera/runtime/tool/bench/strategies.h>
#include <tessera/runtime/tool/check/check_command_line.h>
#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/failover_command_line.h>
#include <tessera/runtime/tool/suggestion.h>
#include <tessera/runtime/tool/throughput_command_line.h>
#include <tessera/version.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

// The command line of the `tessera` program.

namespace tessera::tool {
namespace {

/// What the chosen subcommand will do.
using Action = std::function<ExitCode()>;

/// Help that begins with examples: each command keeps its own as its footer.
class ExamplesFirst : public CLI::Formatter {
 public:
  std::string make_description(const CLI::App* app) const override {
    std::string text;
    if (!app->get_footer().empty()) text = "Examples:\n" + app->get_footer() + "\n\n";
    return text + CLI::Formatter::make_description(app);
  }
  std::string make_footer(const CLI::App*) const override { return {}; }
};

struct CommandLine {
  CLI::App app{"Runs a member of a replicated group, and asks members that run."};
  Action action;
  Asking asking;
  NodeSettings node;
  std::string settings_file;
  Entry entry;
  Lookup lookup;
  Loading loading;
  MemberChange change;
  InspectOptions inspect;
  BackupOptions backup;
  DemoOptions demo;
  CatchUpOptions catchup;
  bench::MemberOptions member;
};

CLI::App* add_asking(CommandLine& line, CLI::App* parent, const std::string& name,
                     const std::string& what) {
  CLI::App* command = parent->add_subcommand(name, what);
  // Not CLI11's own way to the environment: it reads it for commands that were not chosen, too, and
  // would put it before the flag of the one that was.
  command
      ->add_option("--data", line.asking.data_dir,
                   "data folder of the running node; else TESSERA_DATA")
      ->capture_default_str();
  command->add_flag("--json", line.asking.json, "print JSON");
  return command;
}

void add_demo(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand(
      "demo",
      "Three members agree on real data, lose their leader and a disk, and take in a fourth.");
  command->footer(
      "  tessera demo\n"
      "  tessera demo --seed 7 --report /tmp/report.html\n"
      "  tessera demo --json");
  command->add_flag("--json", line.demo.json, "print a JSON report");
  command->add_flag("--keep", line.demo.keep, "keep the members' data afterwards");
  command->add_option("--seed", line.demo.seed, "when the leader is killed")->capture_default_str();
  command->add_option("--report", line.demo.report, "where the HTML report is written")
      ->capture_default_str();
  command->callback([&line] { line.action = [&line] { return run_demo(line.demo); }; });
}

ExitCode start_node(const CommandLine& line) {
  NodeSettings settings;
  if (!line.settings_file.empty()) {
    if (auto read = read_settings_file(line.settings_file, settings); !read) {
      return complain(read.error());
    }
  }
  if (auto read = read_settings_environment(settings); !read) return complain(read.error());
  const CLI::App* command = line.app.get_subcommand("node");
  const auto given = [&](const char* flag) { return command->count(flag) != 0; };
  if (given("--network")) settings.network = line.node.network;
  if (given("--data")) settings.data_dir = line.node.data_dir;
  if (given("--listen")) settings.listen = line.node.listen;
  if (given("--advertise")) settings.advertise = line.node.advertise;
  if (given("--peer")) settings.peers = line.node.peers;
  if (given("--founders")) settings.founders = line.node.founders;
  if (given("--join")) settings.join_only = true;
  if (given("--inline-catch-up")) settings.group.inline_catch_up = line.node.group.inline_catch_up;
  return run_node(settings);
}

void add_node(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand(
      "node",
      "Runs one member. The group's key comes from TESSERA_KEY or from \"key\" in the settings "
      "file.");
  command->footer(
      "  TESSERA_KEY=secret tessera node --data a --listen 127.0.0.1:7001 --founders 1\n"
      "  TESSERA_KEY=secret tessera node --data b --peer 127.0.0.1:7001 --join\n"
      "  tessera node --config node.toml");
  NodeSettings& node = line.node;
  command->add_option("--config", line.settings_file, "settings, as TOML");
  command->add_option("--network", node.network, "its name; nodes of different names never meet");
  command->add_option("--data", node.data_dir, "where identity and log are kept");
  command->add_option("--listen", node.listen, "host:port; port 0: any");
  command->add_option("--advertise", node.advertise, "host:port that peers can dial");
  command->add_option("--peer", node.peers, "host:port of a node to begin with; may be repeated");
  command->add_option("--founders", node.founders, "how many members found a new group");
  command->add_flag("--join", node.join_only, "never found a group, only join one");
  command->add_option("--inline-catch-up", node.group.inline_catch_up,
                      "bytes up to which a leader re-sends what a follower lacks");
  command->callback([&line] { line.action = [&line] { return start_node(line); }; });
}

void add_member_changes(CommandLine& line, CLI::App* members) {
  struct Change {
    const char* op;
    const char* what;
  };
  constexpr Change changes[] = {
      {"promote", "Lets a learner vote, as soon as it has caught up."},
      {"demote", "Makes a voter a learner, until it is promoted."},
      {"remove", "Takes a member out of the group."},
      {"transfer", "Hands leadership to a voter."},
  };
  for (const Change& each : changes) {
    CLI::App* command = add_asking(line, members, each.op, each.what);
    command->footer(std::string("  tessera members ") + each.op + " --data a 3f9c");
    command->add_option("peer", line.change.peer, "the member's id, or the beginning of it")
        ->required();
    command->callback([&line, op = each.op] {
      line.change.op = op;
      line.action = [&line] { return change_member(line.asking, line.change); };
    });
  }
}

void add_questions(CommandLine& line) {
  CLI::App* status = add_asking(line, &line.app, "status", "How a running node's member is.");
  status->footer("  tessera status --data a\n  tessera status --data a --json");
  status->callback([&line] { line.action = [&line] { return show_status(line.asking); }; });

  CLI::App* put = add_asking(line, &line.app, "put", "Sets a key of the replicated map.");
  put->footer("  tessera put --data a greeting hello");
  put->add_option("key", line.entry.key, "text, not empty")->required();
  put->add_option("value", line.entry.value, "text")->required();
  put->callback([&line] { line.action = [&line] { return tool::put(line.asking, line.entry); }; });

  CLI::App* get = add_asking(line, &line.app, "get", "Looks a key of the replicated map up.");
  get->footer("  tessera get --data a greeting\n  tessera get --data a --weak --json greeting");
  get->add_option("key", line.lookup.key, "text")->required();
  get->add_flag("--weak", line.lookup.weak, "ask this node alone; may lag behind");
  get->callback([&line] { line.action = [&line] { return tool::get(line.asking, line.lookup); }; });

  CLI::App* load = add_asking(line, &line.app, "load", "Puts the lines or CSV rows of a file.");
  load->footer(
      "  tessera load --data a words.txt\n"
      "  tessera load --data a --key-column 2 /usr/share/ieee-data/oui.csv");
  load->add_option("file", line.loading.file, "UTF-8 text")->required();
  load->add_option("--key-column", line.loading.key_column,
                   "CSV column, from 1, that is the key; without it: lines by number");
  load->add_option("--in-flight", line.loading.in_flight, "puts under way at once")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  load->callback(
      [&line] { line.action = [&line] { return tool::load(line.asking, line.loading); }; });

  CLI::App* members = line.app.add_subcommand("members", "The group's members.");
  members->footer("  tessera members list --data a\n  tessera members transfer --data a 3f9c");
  members->require_subcommand(1);
  CLI::App* list = add_asking(line, members, "list", "Who they are, votes and leads.");
  list->footer("  tessera members list --data a\n  tessera members list --data a --json");
  list->callback([&line] { line.action = [&line] { return list_members(line.asking); }; });
  add_member_changes(line, members);
}

void add_inspect(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand(
      "inspect", "What the store of a stopped node holds, every check of it; changes nothing.");
  command->footer("  tessera inspect a\n  tessera inspect a --json");
  command->add_option("folder", line.inspect.folder, "the node's data folder")->required();
  command->add_flag("--json", line.inspect.json, "print JSON");
  command->callback([&line] { line.action = [&line] { return inspect(line.inspect); }; });
}

CLI::App* add_backup(CommandLine& line, CLI::App* parent, const std::string& name,
                     const std::string& what) {
  CLI::App* command = parent->add_subcommand(name, what);
  command->add_option("backup", line.backup.backup, "the backup's folder")->required();
  command->add_flag("--json", line.backup.json, "print JSON");
  return command;
}

void add_snapshots(CommandLine& line) {
  CLI::App* parent = line.app.add_subcommand("snapshot", "Backups of a group, as plain files.");
  parent->footer(
      "  tessera snapshot save --data a backup\n"
      "  tessera snapshot verify backup\n"
      "  tessera snapshot restore --data b --found backup");
  parent->require_subcommand(1);
  BackupOptions& options = line.backup;

  CLI::App* save = add_backup(line, parent, "save",
                              "Saves a group's state and log from a node, running or stopped.");
  save->footer("  tessera snapshot save --data a backup");
  save->add_option("--data", options.data_dir, "the node's data folder; else TESSERA_DATA");
  save->add_option("--group", options.group,
                   "the beginning of its id, if a stopped node's store holds several");
  save->add_flag("--uncommitted", options.uncommitted,
                 "of a stopped node: also entries that are not known to be committed");
  save->callback([&line] { line.action = [&line] { return save_snapshot(line.backup); }; });

  CLI::App* verify = add_backup(line, parent, "verify", "Checks every file of a backup.");
  verify->footer("  tessera snapshot verify backup");
  verify->callback([&line] { line.action = [&line] { return verify_snapshot(line.backup); }; });

  CLI::App* restore =
      add_backup(line, parent, "restore", "Makes a node's data folder out of a backup.");
  restore->footer(
      "  tessera snapshot restore --data b --found backup   (the old group is gone)\n"
      "  tessera snapshot restore --data b --join backup    (one more member of a living group)");
  restore->add_option("--data", options.data_dir,
                      "the data folder to make: empty, but for an identity.key if the node is to "
                      "keep one; else TESSERA_DATA");
  CLI::Option* found = restore->add_flag("--found", options.found,
                                         "a new group, of which the node is the only member");
  restore->add_flag("--join", options.join, "one more member of the group, which is alive")
      ->excludes(found);
  restore->callback([&line] { line.action = [&line] { return restore_snapshot(line.backup); }; });
}

void add_catchup(CommandLine& line, CLI::App* bench) {
  CLI::App* command = bench->add_subcommand(
      "catchup", "How fast a member that was away, or is new, has caught up.");
  command->footer(
      "  tessera bench catchup --members 3 --entries 1000000 --value-size 256 --strategy snapshot\n"
      "  tessera bench catchup --strategy log,snapshot --repeat 3 --json runs.json --plot "
      "runs.svg\n"
      "  tessera bench catchup --state 1000000 --changed 0.01");
  CatchUpOptions& options = line.catchup;
  command->add_option("--members", options.members, "how many the group has")
      ->capture_default_str();
  command->add_option("--sources", options.sources,
                      "members that run when the one comes back; without it all others");
  command->add_option("--entries", options.entries, "written while one member is away")
      ->capture_default_str();
  command->add_option("--state", options.state,
                      "cells that the group holds before; the entries then change these");
  command->add_option("--changed", options.changed, "share of the state to change")
      ->excludes("--entries");
  command->add_option("--value-size", options.value_size, "bytes of each entry's value")
      ->capture_default_str();
  command->add_option("--batch", options.batch, "puts that one entry carries")
      ->capture_default_str();
  command->add_option("--strategy", options.strategies, "which: " + bench::strategy_names())
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--repeat", options.repeat, "runs of each strategy, in turns")
      ->capture_default_str();
  command->add_option("--load", options.load, "puts a second at the leader meanwhile")
      ->capture_default_str();
  command->add_option("--delay", options.delay, "milliseconds that what is sent takes on its way")
      ->capture_default_str();
  command->add_option("--bandwidth", options.bandwidth,
                      "megabytes a second that each connection carries; without it all it can");
  command->add_option("--bulk-limit", options.bulk_limit,
                      "megabytes a second that each member sends on its bulk lanes at most");
  command->add_option("--joiners", options.joiners,
                      "new members that join at once instead, and what the group's load feels");
  command->add_flag("--joiners-yield", options.joiners_yield,
                    "these get only the processor time that nobody else wants");
  command->add_option("--joiners-folder", options.joiners_folder,
                      "where these keep their data; without it beside the others'");
  command->add_flag("--plain", options.plain,
                    "do NOT encrypt the links, to measure what that costs");
  command->add_flag("--wipe", options.wipe, "the member comes back without its store");
  command->add_option("--folder", options.folder, "where the members keep their data meanwhile")
      ->capture_default_str();
  command->add_flag("--keep", options.keep, "leave the members' data there");
  command->add_flag("--quiet", options.quiet, "no progress");
  command->add_option("--json", options.json, "write every figure to this file; -: print it");
  command->add_option("--plot", options.plot, "draw the runs into this file, as SVG");
  command->callback([&line] { line.action = [&line] { return run_catchup(line.catchup); }; });
}

/// What `tessera bench` starts; not for people.
void add_bench_member(CommandLine& line, CLI::App* bench) {
  CLI::App* command = bench->add_subcommand("member", "A member that is measured.");
  command->group("");
  command->add_option("--data", line.member.data_dir)->required();
  command->add_option("--listen", line.member.listen);
  command->add_option("--advertise", line.member.advertise);
  command->add_option("--peer", line.member.peers);
  command->add_option("--founders", line.member.founders);
  command->add_option("--strategy", line.member.strategy)->required();
  command->add_flag("--observer", line.member.observer);
  command->add_flag("--plain", line.member.plain);
  command->add_option("--bulk-limit", line.member.bulk_bytes_per_second);
  command->callback([&line] { line.action = [&line] { return bench::run_member(line.member); }; });
}

void add_bench(CommandLine& line) {
  CLI::App* bench = line.app.add_subcommand("bench", "Measures real members on this machine.");
  bench->footer(
      "  tessera bench write --clients 1,64\n"
      "  tessera bench read --consistency strong,weak\n"
      "  tessera bench catchup --strategy log,snapshot\n"
      "  tessera bench failover --how kill,transfer");
  bench->require_subcommand(1);
  add_throughput(bench, [&line](Action action) { line.action = std::move(action); });
  add_catchup(line, bench);
  add_failover(bench, [&line](Action action) { line.action = std::move(action); });
  add_bench_member(line, bench);
}

void add_version(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("version", "Which version this is.");
  command->footer("  tessera version");
  command->add_flag("--json", line.asking.json, "print JSON");
  command->callback([&line] {
    line.action = [&line] {
      const std::string version(tessera::version);
      print(line.asking.json ? "{\"version\":\"" + version + "\"}" : "tessera " + version);
      return ExitCode::done;
    };
  });
}

constexpr const char* examples =
    "  tessera demo\n"
    "  TESSERA_KEY=secret tessera node --data a --listen 127.0.0.1:7001 --founders 1\n"
    "  tessera put --data a greeting hello\n"
    "  tessera get --data a greeting\n"
    "  tessera status --data a";

std::vector<std::string> names_of(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  for (const CLI::App* each : commands) names.push_back(each->get_name());
  return names;
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

/// What the first word that means nothing to its command may have been meant to be.
std::string hint(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* command = &app;
  for (const std::string& word : words) {
    if (word.starts_with("--")) {
      const std::string flag = word.substr(0, word.find('='));
      const auto flags = flags_of(*command);
      if (std::find(flags.begin(), flags.end(), flag) == flags.end())
        return suggestion(flag, flags);
      continue;
    }
    const auto inner = command->get_subcommands([](const CLI::App*) { return true; });
    if (word.starts_with("-") || inner.empty()) continue;
    const auto found = std::find_if(inner.begin(), inner.end(),
                                    [&](const CLI::App* each) { return each->get_name() == word; });
    if (found == inner.end()) return suggestion(word, names_of(inner));
    command = *found;
  }
  return {};
}

/// The innermost command that was named: its help is the one to read.
std::string path_of(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app.get_name() : app.get_name() + " " + path_of(*chosen.front());
}

int run(int count, char** arguments) {
  CommandLine line;
  line.app.formatter(std::make_shared<ExamplesFirst>());
  line.app.require_subcommand(1);
  line.app.name("tessera");
  line.app.footer(examples);
  if (const char* data_dir = std::getenv("TESSERA_DATA");
      data_dir != nullptr && *data_dir != '\0') {
    line.asking.data_dir = data_dir;
    line.backup.data_dir = data_dir;
  }
  add_demo(line);
  add_node(line);
  add_questions(line);
  add_inspect(line);
  add_snapshots(line);
  add_bench(line);
  add_check(line.app, [&line](Action action) { line.action = std::move(action); });
  add_version(line);
  try {
    line.app.parse(count, arguments);
  } catch (const CLI::CallForHelp& help) {
    return line.app.exit(help);
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> words(arguments + 1, arguments + count);
    say(std::string(styled(Style::bad, "error: ")) + error.what() + hint(line.app, words));
    say("Try \"" + path_of(line.app) + " --help\".");
    return static_cast<int>(ExitCode::usage);
  }
  return static_cast<int>(line.action());
}

}  // namespace
}  // namespace tessera::tool

int main(int count, char** arguments) { return tessera::tool::run(count, arguments); }
