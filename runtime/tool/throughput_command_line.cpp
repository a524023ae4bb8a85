#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/throughput_command_line.h>

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace tessera::tool {
namespace {

using Work = ThroughputOptions::Work;

void add_options(CLI::App* command, ThroughputOptions& options) {
  command->add_option("--members", options.members, "how many the group has")
      ->capture_default_str();
  command->add_option("--clients", options.clients, "how many call at once; several: one by one")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--value-size", options.value_sizes, "bytes of each value")
      ->delimiter(',')
      ->capture_default_str();
  command
      ->add_option("--at", options.places,
                   "in which member's process they are: leader, follower, spread")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--store", options.stores, "fsync, or memory: nothing is written to the disk")
      ->delimiter(',')
      ->capture_default_str();
  command
      ->add_option("--rate", options.rate,
                   "calls a second of all together, by the clock; 0: each makes its next call when "
                   "the last one has ended")
      ->capture_default_str();
  command->add_option("--seconds", options.seconds, "measured")->capture_default_str();
  command->add_option("--warm-up", options.warm_up, "seconds before, not measured")
      ->capture_default_str();
  command->add_option("--keys", options.keys, "how many cells there are")->capture_default_str();
  command->add_flag("--plain", options.plain,
                    "do NOT encrypt the links, to measure what that costs");
  command->add_flag("--own-sessions", options.own_sessions,
                    "each client has a session of its own; else they share one handle");
  command->add_option("--repeat", options.repeat, "runs of each combination, in turns")
      ->capture_default_str();
  command->add_option("--folder", options.folder, "where the members keep their data meanwhile")
      ->capture_default_str();
  command->add_flag("--keep", options.keep, "leave the members' data there");
  command->add_flag("--quiet", options.quiet, "no progress");
  command->add_option("--json", options.json, "write every figure to this file; -: print it");
  command->add_option("--csv", options.csv, "write a line for each run; -: print them");
  command->add_option("--plot", options.plot, "draw the runs into this file, as SVG");
}

/// What `tessera bench write` and `tessera bench read` start; not for people.
void add_client_member(CLI::App* bench, const Choose& choose) {
  const auto options = std::make_shared<bench::MemberOptions>();
  CLI::App* command = bench->add_subcommand("client-member", "A member with clients.");
  command->group("");
  command->add_option("--data", options->data_dir)->required();
  command->add_option("--listen", options->listen);
  command->add_option("--peer", options->peers);
  command->add_option("--founders", options->founders);
  command->add_option("--groups", options->groups);
  command->add_flag("--memory", options->memory);
  command->add_flag("--plain", options->plain);
  command->callback(
      [options, choose] { choose([options] { return bench::run_client_member(*options); }); });
}

}  // namespace

void add_throughput(CLI::App* bench, const Choose& choose) {
  const auto writes = std::make_shared<ThroughputOptions>();
  CLI::App* write =
      bench->add_subcommand("write", "How many commands a group takes, and how fast.");
  write->footer(
      "  tessera bench write\n"
      "  tessera bench write --clients 1,64 --at leader,follower --repeat 3 --json runs.json\n"
      "  tessera bench write --value-size 256,1024,16384 --store fsync,memory\n"
      "  tessera bench write --groups 1,1000\n"
      "  tessera bench write --rate 5000 --plot runs.svg");
  add_options(write, *writes);
  write
      ->add_option("--groups", writes->groups,
                   "how many groups the members have in common; the clients are spread over them")
      ->delimiter(',')
      ->capture_default_str();
  write->add_option("--idle", writes->idle,
                    "seconds that nothing happens before the load, to measure what that costs; 5 "
                    "with several groups, else 0");
  write->callback([writes, choose] { choose([writes] { return run_throughput(*writes); }); });

  const auto reads = std::make_shared<ThroughputOptions>();
  reads->work = Work::read;
  reads->places = {"spread"};
  CLI::App* read = bench->add_subcommand("read", "How many questions it answers, and how fast.");
  read->footer(
      "  tessera bench read\n"
      "  tessera bench read --consistency strong,weak --at leader,spread --repeat 3\n"
      "  tessera bench read --clients 1 --at follower --csv -");
  add_options(read, *reads);
  read->add_option("--consistency", reads->consistencies, "strong, weak")
      ->delimiter(',')
      ->capture_default_str();
  read->callback([reads, choose] { choose([reads] { return run_throughput(*reads); }); });
  add_client_member(bench, choose);
}

}  // namespace tessera::tool
