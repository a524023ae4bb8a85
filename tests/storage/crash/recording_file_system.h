#pragma once

#include "disk_operations.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

/// The machine's file system, with notes of what changes the disk. Callable from any thread.
namespace tessera::storage::testing {

/// What the file system consults before an operation that changes the disk: the n-th one may fail,
/// and everything behind it.
class DiskFaults {
 public:
  virtual ~DiskFaults() = default;
  [[nodiscard]] virtual bool strikes(const DiskOperation& operation) = 0;
};

/// An environment whose operations on files in `folder` go to `operations`, which must outlive it.
/// With `faults`, which may be none, some of them fail instead.
[[nodiscard]] std::unique_ptr<rocksdb::Env> recording_environment(
    const std::filesystem::path& folder, DiskOperations& operations,
    std::shared_ptr<DiskFaults> faults = nullptr);

}  // namespace tessera::storage::testing
