#pragma once

#include <tessera/runtime/tool/exit_code.h>

#include <filesystem>
#include <string>
#include <vector>

/// `tessera check`: is this machine fit for a member?
namespace tessera::tool {

struct CheckOptions {
  std::filesystem::path folder = "/tmp";  ///< on the disk that a member's data would be on
  std::vector<std::string> peers;         ///< host:port to measure round trips to; else loopback
  bool json = false;
};

/// Prints what it found; `failed` if anything is not as it should be.
[[nodiscard]] ExitCode run_check(const CheckOptions& options);

}  // namespace tessera::tool
