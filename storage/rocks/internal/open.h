#pragma once

#include <tessera/storage/rocks/rocks_store.h>

#include <rocksdb/env.h>

/// Opening a store with parts of its surroundings replaced, for tests.
namespace tessera::storage::rocks {

struct Surroundings {
  /// Where the files are; must outlive the store. Tests put one here that fails, or forgets.
  rocksdb::Env* env = rocksdb::Env::Default();
  /// Pruned entries are deleted from the disk once they take this many bytes.
  std::size_t sweep_bytes_min = std::size_t{4} << 20;
};

[[nodiscard]] Result<std::unique_ptr<Store>> open_store(const RocksOptions& options, PeerId owner,
                                                        const Surroundings& surroundings);

}  // namespace tessera::storage::rocks
