#pragma once

#include <tessera/storage/rocks/rocks_store.h>

#include <rocksdb/db.h>

#include <vector>

/// How RocksDB is run, and why. Pure functions.
namespace tessera::storage::rocks {

[[nodiscard]] rocksdb::DBOptions database_settings(const RocksOptions& options, rocksdb::Env* env);

/// The column families, the default one first: it stays empty, but RocksDB insists on it.
[[nodiscard]] std::vector<rocksdb::ColumnFamilyDescriptor> family_settings(
    const RocksOptions& options);

}  // namespace tessera::storage::rocks
