#pragma once

#include <tessera/primitives/error.h>

/// How the `tessera` program ends; scripts branch on it.
namespace tessera::tool {

enum class ExitCode : int {
  done = 0,
  failed = 1,
  usage = 2,
  unreachable = 3,  ///< no such node, or no answer in time
  not_allowed = 4,
  not_found = 5,
  no_leader = 6,
  damaged = 7,
};

/// What an error of the library means to a script.
[[nodiscard]] ExitCode exit_code_of(const Error& error);

}  // namespace tessera::tool
