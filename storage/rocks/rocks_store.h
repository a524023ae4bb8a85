#pragma once

#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/store.h>

#include <cstddef>
#include <filesystem>
#include <memory>

/// The store on disk. Owned by the node, open for as long as the node is; callable from any thread.
namespace tessera::storage {

struct RocksOptions {
  /// The folder of the store, which is made if it does not exist. It holds nothing else.
  std::filesystem::path path;
  /// How many bytes of the log stay in memory before they are written a second time, into a sorted
  /// file. Entries pruned before that are never written again, so it should exceed what the groups
  /// retain between two snapshots.
  std::size_t log_memtable_bytes = std::size_t{64} << 20;
  /// Bytes of sorted files kept in memory for reading.
  std::size_t cache_bytes = std::size_t{16} << 20;
};

/// Opens the store that keeps the data of the node `owner` in `options.path`, on RocksDB.
///
/// What it writes is durable when the operation returns. After the first write or sync that fails
/// it accepts nothing more until it is opened again; reading goes on. May take seconds after a
/// crash. The store and what it returns may be used from any thread; it must outlive every user.
///
/// Errors, each naming the path: `foreign` (the folder holds something else, or another node's
/// store), `version_mismatch` (a format this build does not know), `damaged` (the files fail their
/// checks), `io_failed` (not a folder, not readable or writable, in use by another process),
/// `storage_failed` (the disk refuses the first write).
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocks_store(const RocksOptions& options,
                                                              PeerId owner);

}  // namespace tessera::storage
