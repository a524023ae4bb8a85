#include <tessera/storage/rocks/internal/data_directory.h>
#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/kept_files.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/meta_records.h>
#include <tessera/storage/rocks/internal/recovery.h>
#include <tessera/storage/rocks/internal/settings.h>
#include <tessera/storage/rocks/internal/zeroed_ahead.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tessera::storage::rocks {
namespace {

using rocksdb::WALRecoveryMode;

[[nodiscard]] std::string store_at(const std::filesystem::path& path) {
  return "the store in '" + path.string() + "'";
}

[[nodiscard]] Error fails_its_checks(const std::filesystem::path& path, std::string_view text) {
  return {Errc::damaged, store_at(path) + " fails its checks (" + std::string(text) +
                             "); suspect the disk or its memory, and copy the folder before "
                             "doing anything with it"};
}

void close_families(Recovered& opened) {
  for (rocksdb::ColumnFamilyHandle* family : opened.families) {
    opened.db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
}

/// How many synced batches the store has if its write-ahead log is read in `mode`. Changes nothing
/// on the disk.
[[nodiscard]] std::optional<std::uint64_t> synced_batches(const RocksOptions& options,
                                                          rocksdb::Env* env, WALRecoveryMode mode) {
  rocksdb::DBOptions settings = database_settings(options, env);
  settings.wal_recovery_mode = mode;
  Recovered opened;
  rocksdb::DB* db = nullptr;
  if (!rocksdb::DB::OpenForReadOnly(settings, options.path.string(), family_settings(options),
                                    &opened.families, &db)
           .ok()) {
    return std::nullopt;
  }
  opened.db.reset(db);
  std::string stored;
  const rocksdb::Status found = db->Get({}, opened.families.at(1), slice_of(synced_key), &stored);
  close_families(opened);
  if (found.IsNotFound()) {
    return 0;
  }
  const auto record =
      found.ok() ? unsealed<SyncedBatches>(as_bytes(stored)) : std::optional<SyncedBatches>();
  return record ? std::optional(record->count) : std::nullopt;
}

/// Whether a crash can have left what RocksDB refused.
///
/// A power loss may keep a later part of what was not synced and lose an earlier one. RocksDB calls
/// that damage, as it would a bad place among synced records. But one synced batch is written after
/// the other: whatever lies before the last batch that can be found anywhere was durable, and so
/// was what the watermark states. If nothing of that is lost, the log may end at the bad place.
[[nodiscard]] bool left_by_a_crash(const RocksOptions& options, rocksdb::Env* env,
                                   const WatermarkRecord& promised) {
  const auto before = synced_batches(options, env, WALRecoveryMode::kPointInTimeRecovery);
  const auto anywhere = synced_batches(options, env, WALRecoveryMode::kSkipAnyCorruptedRecords);
  return before && anywhere && *before >= promised.count && *before + 1 >= *anywhere;
}

/// The MANIFEST in use, if it is the one of which something was promised.
struct FoundManifest {
  std::string name;
  std::string content;
  std::size_t sound = 0;  ///< bytes of it
};
[[nodiscard]] Result<std::optional<FoundManifest>> find_manifest(
    const std::filesystem::path& path, rocksdb::Env* env,
    const std::optional<WatermarkRecord>& watermark) {
  std::optional<FoundManifest> none;
  if (!watermark || !watermark->manifest) {
    return none;
  }
  const ManifestMark& promised = *watermark->manifest;
  std::string current;
  if (!rocksdb::ReadFileToString(env, (path / "CURRENT").string(), &current).ok()) {
    return none;
  }
  if (manifest_number(current) != promised.number) {
    return none;
  }
  current.pop_back();
  FoundManifest found;
  found.name = current;
  if (!rocksdb::ReadFileToString(env, (path / current).string(), &found.content).ok()) {
    return none;
  }
  found.sound = sound_bytes(found.content);
  if (found.sound < promised.bytes) {
    return fails_its_checks(path, "its file " + current + " is as it was written up to byte " +
                                      std::to_string(found.sound) + " only, of " +
                                      std::to_string(promised.bytes) + " that were durable");
  }
  return std::optional(std::move(found));
}

/// A crash may leave anything behind what was durable of the MANIFEST; RocksDB would call some of
/// it damage. Nothing was promised of it: it goes.
[[nodiscard]] Result<void> cut_manifest(const std::filesystem::path& path, rocksdb::Env* env,
                                        const std::optional<WatermarkRecord>& promised) {
  auto found = find_manifest(path, env, promised);
  if (!found) {
    return std::move(found).error();
  }
  if (!*found || (*found)->sound == (*found)->content.size()) {
    return {};
  }
  // RocksDB deletes files of such names; this one is there for a moment only.
  const auto sound = std::string_view((*found)->content).substr(0, (*found)->sound);
  const rocksdb::Status status = write_whole(path, {(*found)->name, "000000.dbtmp", sound}, env);
  return status.ok() ? Result<void>() : open_error(path, status);
}

}  // namespace

Result<void> check_manifest(const std::filesystem::path& path, rocksdb::Env* env,
                            const std::optional<WatermarkRecord>& promised) {
  const auto found = find_manifest(path, env, promised);
  return found ? Result<void>() : found.error();
}

std::shared_ptr<rocksdb::Env> env_as_if_started(const std::filesystem::path& path,
                                                rocksdb::Env* env) {
  if (const auto promised = Watermark(path, env).read()) {
    const auto found = find_manifest(path, env, *promised);
    if (found && *found && (*found)->sound < (*found)->content.size()) {
      return rocksdb::NewCompositeEnv(
          manifest_cut_at(env->GetFileSystem(), {(*promised)->manifest->number, (*found)->sound}));
    }
  }
  // Also where something is wrong: whoever reads the store will come upon it.
  return {std::shared_ptr<void>(), env};
}

Result<void> refuse_unknown_families(const RocksOptions& options, rocksdb::Env* env,
                                     const std::vector<rocksdb::ColumnFamilyDescriptor>& known) {
  const std::filesystem::path& path = options.path;
  std::vector<std::string> present;
  const rocksdb::Status listed =
      rocksdb::DB::ListColumnFamilies(database_settings(options, env), path.string(), &present);
  if (!listed.ok()) {
    return open_error(path, listed);
  }
  for (const std::string& name : present) {
    if (std::ranges::find(known, name, &rocksdb::ColumnFamilyDescriptor::name) == known.end()) {
      return Error(Errc::version_mismatch,
                   store_at(path) + " has a part '" + name + "' that this version does not know");
    }
  }
  return {};
}

Error open_error(const std::filesystem::path& path, const rocksdb::Status& status) {
  const std::string text = status.ToString();
  const std::string store = store_at(path);
  if (text.find("lock hold by current process") != std::string::npos) {
    return {Errc::io_failed, store + " is already open in this process"};
  }
  if (text.find("While lock file") != std::string::npos) {
    return {Errc::io_failed, store + " is in use by another process; give each node its own"};
  }
  if (status.IsCorruption() || status.IsPathNotFound() || status.IsNotFound()) {
    return fails_its_checks(path, text);  // a file that RocksDB needs is not there
  }
  if (status.IsNoSpace()) {
    return {Errc::storage_failed, store + " cannot be opened: the disk is full (" + text + ")"};
  }
  return {Errc::io_failed, store + " cannot be opened: " + text};
}

Result<Recovered> recover(const RocksOptions& options, rocksdb::Env* env,
                          const std::shared_ptr<Watermark>& watermark,
                          const std::optional<WatermarkRecord>& promised) {
  if (auto whole = cut_manifest(options.path, env, promised); !whole) {
    return std::move(whole).error();
  }
  const auto families = family_settings(options);
  if (env->FileExists((options.path / "CURRENT").string()).ok()) {
    if (auto known = refuse_unknown_families(options, env, families); !known) {
      return std::move(known).error();
    }
  } else if (promised && promised->count > 0) {
    return fails_its_checks(options.path, "its file CURRENT is missing");
  }
  const WatchedFiles watched = watch_manifest(
      logs_zeroed_ahead(env->GetFileSystem()),
      [watermark](const ManifestMark& mark) { return watermark->begin_manifest(mark); });
  const KeptFiles kept = files_kept_on_failure(watched.files);
  Recovered opened;
  opened.env = rocksdb::NewCompositeEnv(kept.files);
  opened.manifest = watched.manifest;
  rocksdb::DBOptions settings = database_settings(options, opened.env.get());
  settings.listeners.push_back(kept.failures);
  rocksdb::DB* db = nullptr;
  const auto open = [&] {
    return rocksdb::DB::Open(settings, options.path.string(), families, &opened.families, &db);
  };
  rocksdb::Status status = open();
  if (status.IsCorruption() && promised && left_by_a_crash(options, env, *promised)) {
    settings.wal_recovery_mode = WALRecoveryMode::kPointInTimeRecovery;
    status = open();
  }
  if (!status.ok()) {
    return open_error(options.path, status);
  }
  opened.db.reset(db);
  return opened;
}

}  // namespace tessera::storage::rocks
