#pragma once

#include "../temporary_folder.h"
#include "disk_operations.h"
#include "simulated_disk.h"
#include "workload.h"

#include <cstdint>
#include <string>

/// Power losses at every operation of a recorded run.
///
/// The run is recorded once, on the real store and the real RocksDB. What the disk may hold behind
/// any of its operations is then made from the record, and the store opened on it: it must hold
/// what the model allows. One thread.
namespace tessera::storage::testing {

class CrashRig {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::size_t steps = 1000;
  };
  /// Records the run. `misstep` says if it failed.
  explicit CrashRig(const Options& options);

  [[nodiscard]] const std::string& misstep() const { return misstep_; }
  /// How many operations there are: a crash may come behind each of them, and before the first.
  [[nodiscard]] std::size_t operations() const { return operations_.size(); }
  [[nodiscard]] std::size_t steps() const { return history_.size(); }

  /// What is wrong with the store after a crash behind the first `count` operations; empty if
  /// nothing. Which of the legal disks it is depends on `draw`.
  [[nodiscard]] std::string crash_behind(std::size_t count, std::uint64_t draw);

  /// The same, and then a second crash behind each operation of the start that follows the first.
  /// `crashes` counts them.
  [[nodiscard]] std::string crash_twice_behind(std::size_t count, std::uint64_t draw,
                                               std::size_t& crashes);

 private:
  const SimulatedDisk& disk_behind(std::size_t count);
  [[nodiscard]] std::string check(const DiskImage& image, std::size_t count);
  [[nodiscard]] std::string told(std::string wrong, std::size_t count) const;

  Options options_;
  TemporaryFolder folder_ = TemporaryFolder::in_memory();
  DiskOperations operations_;
  History history_;
  std::string misstep_;
  SimulatedDisk disk_;
  std::size_t applied_ = 0;
};

/// Starts the store on `before`, put at `path`, and ends it; `operations` gets what its disk was
/// asked to do. Says what went wrong; empty if nothing.
[[nodiscard]] std::string record_start(const DiskImage& before, const std::filesystem::path& path,
                                       DiskOperations& operations);

}  // namespace tessera::storage::testing
