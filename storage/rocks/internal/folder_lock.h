#pragma once

#include <tessera/primitives/result.h>

#include <filesystem>

/// Keeps nodes from opening a store while it is read, without changing anything in its folder.
namespace tessera::storage::rocks {

/// A shared lock on RocksDB's lock file, which an open database holds exclusively. Any number of
/// readers may have one. A value that moves; gives the lock back when it goes.
class FolderLock {
 public:
  /// `io_failed` if a process has the database open, this one included.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept : file_(other.file_) { other.file_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  explicit FolderLock(int file) : file_(file) {}

  int file_ = -1;  // none where the lock file has not been made yet
};

}  // namespace tessera::storage::rocks
