#pragma once

#include <tessera/runtime/tool/exit_code.h>

#include <functional>

namespace CLI {
class App;
}

/// The command line of `tessera check`.
namespace tessera::tool {

/// Adds it to `app`; `choose` is told what it does, if it was chosen.
void add_check(CLI::App& app, const std::function<void(std::function<ExitCode()>)>& choose);

}  // namespace tessera::tool
