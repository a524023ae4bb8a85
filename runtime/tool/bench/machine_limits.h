#pragma once

#include <tessera/primitives/result.h>

#include <filesystem>

/// What the machine can do by itself, measured in the same run as what is compared with it: shared
/// machines change their speed from one minute to the next.
namespace tessera::tool::bench {

/// Bytes a second, where nothing else is said.
struct MachineLimits {
  double disk = 0;        ///< a file written from its beginning, a mebibyte for each sync
  double syncs = 0;       ///< appends of 4 KiB, each synced, a second
  double loopback = 0;    ///< one TCP stream over the loopback interface
  double cipher = 0;      ///< sealing records of 64 KiB, one core
  double sync_time = 0;   ///< seconds that half of the appends of 4 KiB take at most, synced
  double round_trip = 0;  ///< the same of 64 bytes over the loopback interface and back
};

/// Takes about a second and a half. `folder`: on the disk that is measured.
[[nodiscard]] Result<MachineLimits> measure_machine(const std::filesystem::path& folder);
/// The higher rates and shorter times of two measurements: a limit is what was seen to be possible.
[[nodiscard]] MachineLimits better_of(const MachineLimits& one, const MachineLimits& other);

}  // namespace tessera::tool::bench
