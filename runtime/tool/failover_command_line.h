#pragma once

#include <tessera/runtime/tool/exit_code.h>

#include <functional>

namespace CLI {
class App;
}

/// The command line of `tessera bench failover`.
namespace tessera::tool {

/// Adds it to `bench`. `choose` is told what the chosen command does.
void add_failover(CLI::App* bench, const std::function<void(std::function<ExitCode()>)>& choose);

}  // namespace tessera::tool
