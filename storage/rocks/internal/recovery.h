#pragma once

#include <tessera/primitives/result.h>
#include <tessera/storage/rocks/internal/manifest_log.h>
#include <tessera/storage/rocks/internal/watermark.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <memory>
#include <optional>
#include <vector>

/// Getting RocksDB back after whatever happened to it: with everything that was synced, or not at
/// all.
namespace tessera::storage::rocks {

struct Recovered {
  std::shared_ptr<rocksdb::Env> env;  ///< of `db`; none: one that outlives everything
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  ///< as in `family_settings`; owned by `db`
  std::shared_ptr<const ManifestWatch> manifest;       ///< none where nothing is written
};

/// Opens the database in `options.path`, or makes one if nothing was promised. `promised` is what
/// the watermark states. Whether it was kept is for the caller to compare, except where RocksDB
/// refuses to open: then this finds out whether a crash can have left what it dislikes. Whenever
/// RocksDB begins another MANIFEST, `watermark` states it first.
///
/// Errors, each naming the path: `damaged`, `version_mismatch`, `io_failed`, `storage_failed`.
[[nodiscard]] Result<Recovered> recover(const RocksOptions& options, rocksdb::Env* env,
                                        const std::shared_ptr<Watermark>& watermark,
                                        const std::optional<WatermarkRecord>& promised);

/// `damaged` if less of the MANIFEST in `path` is sound than `promised` says was durable. What
/// RocksDB itself says of a MANIFEST is left to it.
[[nodiscard]] Result<void> check_manifest(const std::filesystem::path& path, rocksdb::Env* env,
                                          const std::optional<WatermarkRecord>& promised);

/// `env`, in which the store at `path` is as a start would find it: a MANIFEST of which something
/// is on record ends where a start would cut it. Nothing on the disk changes.
[[nodiscard]] std::shared_ptr<rocksdb::Env> env_as_if_started(const std::filesystem::path& path,
                                                              rocksdb::Env* env);

/// `version_mismatch` if the database in `options.path` has a family that is not `known`: it is
/// another version's.
[[nodiscard]] Result<void> refuse_unknown_families(
    const RocksOptions& options, rocksdb::Env* env,
    const std::vector<rocksdb::ColumnFamilyDescriptor>& known);

/// The same as an error: `status` is why the store at `path` could not be opened.
[[nodiscard]] Error open_error(const std::filesystem::path& path, const rocksdb::Status& status);

}  // namespace tessera::storage::rocks
