#include <tessera/runtime/tool/check/check_command.h>
#include <tessera/runtime/tool/check/check_command_line.h>

#include <CLI/CLI.hpp>

#include <memory>

namespace tessera::tool {

void add_check(CLI::App& app, const std::function<void(std::function<ExitCode()>)>& choose) {
  const auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check", "Whether this machine is fit for a member: disk, network, cipher.");
  command->footer(
      "  tessera check\n"
      "  tessera check --folder /var/lib/tessera --peer 10.0.0.2:7001 --peer 10.0.0.3:7001\n"
      "  tessera check --json");
  command->add_option("--folder", options->folder, "on the disk that the data is to be on")
      ->capture_default_str();
  command->add_option("--peer", options->peers,
                      "host:port of a member to measure round trips to; may be repeated");
  command->add_flag("--json", options->json, "print JSON");
  command->callback([options, choose] { choose([options] { return run_check(*options); }); });
}

}  // namespace tessera::tool
