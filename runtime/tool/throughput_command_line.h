#pragma once

#include <tessera/runtime/tool/exit_code.h>

#include <functional>

namespace CLI {
class App;
}

/// The command lines of `tessera bench write` and `tessera bench read`.
namespace tessera::tool {

/// Told what the chosen command does.
using Choose = std::function<void(std::function<ExitCode()>)>;

/// Adds both to `bench`.
void add_throughput(CLI::App* bench, const Choose& choose);

}  // namespace tessera::tool
