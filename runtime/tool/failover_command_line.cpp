#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/failover_command_line.h>

#include <CLI/CLI.hpp>

#include <memory>

namespace tessera::tool {

void add_failover(CLI::App* bench, const std::function<void(std::function<ExitCode()>)>& choose) {
  const auto options = std::make_shared<FailoverOptions>();
  CLI::App* command =
      bench->add_subcommand("failover", "How long a group takes no writes when its leader goes.");
  command->footer(
      "  tessera bench failover\n"
      "  tessera bench failover --how kill --repeat 20 --json runs.json\n"
      "  tessera bench failover --members 5 --rate 5000");
  command->add_option("--members", options->members, "how many the group has")
      ->capture_default_str();
  command
      ->add_option("--how", options->ways,
                   "how the leader goes: kill (SIGKILL), transfer (to another), close (its process "
                   "is asked to end)")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--repeat", options->repeat, "times of each, in turns")
      ->capture_default_str();
  command->add_option("--rate", options->rate, "writes a second, begun by the clock at a follower")
      ->capture_default_str();
  command->add_option("--value-size", options->value_size, "bytes of each value")
      ->capture_default_str();
  command->add_option("--warm-up", options->warm_up, "seconds of writing before the leader goes")
      ->capture_default_str();
  command->add_option("--folder", options->folder, "where the members keep their data meanwhile")
      ->capture_default_str();
  command->add_flag("--keep", options->keep, "leave the members' data there");
  command->add_flag("--quiet", options->quiet, "no progress");
  command->add_option("--json", options->json, "write every figure to this file; -: print it");
  command->callback([options, choose] { choose([options] { return run_failover(*options); }); });
}

}  // namespace tessera::tool
