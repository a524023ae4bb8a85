#include <tessera/storage/rocks/internal/settings.h>

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <memory>

namespace tessera::storage::rocks {
namespace {

using rocksdb::ColumnFamilyOptions;

constexpr std::size_t meta_memtable_bytes = std::size_t{8} << 20;
constexpr std::size_t snapshot_memtable_bytes = std::size_t{8} << 20;
constexpr std::size_t machine_memtable_bytes = std::size_t{16} << 20;

/// Writing files is what a disk is slow at: young files, which are soon merged away, are stored as
/// they are. Old ones may be compressed where the library can.
void compress_only_old_files(ColumnFamilyOptions& family) {
  const auto supported = rocksdb::GetSupportedCompressions();
  const bool lz4 = std::ranges::find(supported, rocksdb::kLZ4Compression) != supported.end();
  const auto old_files = lz4 ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  family.compression_per_level.assign(static_cast<std::size_t>(family.num_levels), old_files);
  std::fill_n(family.compression_per_level.begin(), 3, rocksdb::kNoCompression);
}

[[nodiscard]] ColumnFamilyOptions family_with(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 << 10;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  compress_only_old_files(family);
  return family;
}

}  // namespace

rocksdb::DBOptions database_settings(const RocksOptions& options, rocksdb::Env* env) {
  rocksdb::DBOptions settings;
  settings.env = env;
  settings.create_if_missing = true;
  settings.create_missing_column_families = true;
  // A torn end of the write-ahead log is what a crash leaves. Anything else that does not check
  // out is damage: the default mode would drop synced records behind one flipped bit in silence.
  settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  settings.paranoid_checks = true;
  // A failed write is not tried again: what reached the disk is unknown.
  settings.max_bgerror_resume_count = 0;
  // Everything that is to last is in the write-ahead log or in files.
  settings.avoid_flush_during_shutdown = true;
  // Families that are seldom written must not keep old write-ahead logs alive for ever.
  settings.max_total_wal_size = std::uint64_t{4} * options.log_memtable_bytes;
  settings.max_open_files = 512;
  settings.max_background_jobs = 2;
  settings.skip_stats_update_on_db_open = true;
  settings.stats_dump_period_sec = 0;
  settings.stats_persist_period_sec = 0;
  settings.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  settings.keep_log_file_num = 2;
  settings.max_log_file_size = std::size_t{4} << 20;
  return settings;
}

std::vector<rocksdb::ColumnFamilyDescriptor> family_settings(const RocksOptions& options) {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.cache_bytes);
  ColumnFamilyOptions meta = family_with(cache);
  meta.write_buffer_size = std::min(meta_memtable_bytes, options.log_memtable_bytes);
  // A log that is pruned before its memtable is full is never written a second time.
  ColumnFamilyOptions log = family_with(cache);
  log.write_buffer_size = options.log_memtable_bytes;
  log.target_file_size_base = std::max<std::uint64_t>(options.log_memtable_bytes, 1 << 20);
  log.max_bytes_for_level_base = 4 * log.target_file_size_base;
  // Manifests and small snapshots; the parts of large ones come as files.
  ColumnFamilyOptions snapshot = family_with(cache);
  snapshot.write_buffer_size = std::min(snapshot_memtable_bytes, options.log_memtable_bytes);
  ColumnFamilyOptions machine = family_with(cache);
  machine.write_buffer_size = machine_memtable_bytes;
  ColumnFamilyOptions unused;
  unused.write_buffer_size = 64 << 10;
  return {{rocksdb::kDefaultColumnFamilyName, unused},
          {"meta", meta},
          {"log", log},
          {"snapshot", snapshot},
          {"machine", machine}};
}

}  // namespace tessera::storage::rocks
