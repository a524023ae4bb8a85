#pragma once

#include <tessera/primitives/result.h>

#include <filesystem>

/// What the machine can do by itself, measured in the same run as what is compared with it: shared
/// machines change their speed from one minute to the next.
namespace tessera::tool::bench {

/// Bytes a second, but for `syncs`.
struct MachineLimits {
  double disk = 0;      ///< a file written from its beginning, a mebibyte for each sync
  double syncs = 0;     ///< appends of 4 KiB, each synced, a second
  double loopback = 0;  ///< one TCP stream over the loopback interface
  double cipher = 0;    ///< sealing records of 64 KiB, one core
};

/// Takes about a second. `folder`: on the disk that is measured.
[[nodiscard]] Result<MachineLimits> measure_machine(const std::filesystem::path& folder);

}  // namespace tessera::tool::bench
