#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/settings.h>
#include <tessera/storage/rocks/internal/suspicion.h>

#include <rocksdb/convenience.h>

#include <algorithm>
#include <cstdarg>
#include <utility>
#include <vector>

namespace tessera::storage::rocks {
namespace {

constexpr std::string_view incoming_folder = "incoming";

/// What RocksDB would note in a file of its own beside the data.
class NoInfoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, std::va_list) override {}
};

/// An empty folder for files that are not part of the database yet.
[[nodiscard]] rocksdb::Status clear_incoming(const std::filesystem::path& folder,
                                             rocksdb::Env* env) {
  rocksdb::Status status = env->CreateDirIfMissing(folder.string());
  std::vector<std::string> names;
  if (status.ok()) {
    status = env->GetChildren(folder.string(), &names);
  }
  for (const std::string& name : names) {
    if (status.ok() && name != "." && name != "..") {
      status = env->DeleteFile((folder / name).string());
    }
  }
  return status;
}

}  // namespace

Database::Database(std::filesystem::path path, Recovered recovered)
    : path_(std::move(path)),
      env_(std::move(recovered.env)),
      db_(std::move(recovered.db)),
      manifest_(std::move(recovered.manifest)) {
  std::ranges::copy(recovered.families, families_.begin());
}

Result<void> Database::begin(std::shared_ptr<Watermark> watermark, const WatermarkRecord& standing,
                             rocksdb::WriteBatch& first) {
  rocksdb::Status cleared = clear_incoming(path_ / incoming_folder, env());
  if (cleared.ok()) {
    cleared = empty_machine_family();
  }
  if (!cleared.ok()) {
    return open_error(path_, cleared);
  }
  watermark_ = std::move(watermark);
  standing_ = standing;
  if (auto committed = commit(first, Sync::now); !committed) {
    // RocksDB may come upon damage when it merges files, and refuses writes then.
    const std::scoped_lock lock(failure_mutex_);
    return corrupt_ ? Error(Errc::damaged, committed.error().message()) : committed.error();
  }
  return raise_watermark();
}

Result<std::unique_ptr<Database>> Database::open_for_reading(const std::filesystem::path& path,
                                                             rocksdb::Env* env,
                                                             DamagedLog damaged_log) {
  RocksOptions options;
  options.path = path;
  auto families = family_settings(options);
  Recovered recovered;
  recovered.env = env_as_if_started(path, env);
  if (auto known = refuse_unknown_families(options, recovered.env.get(), families); !known) {
    return std::move(known).error();
  }
  rocksdb::DBOptions settings = database_settings(options, recovered.env.get());
  settings.create_if_missing = false;
  settings.create_missing_column_families = false;
  settings.info_log = std::make_shared<NoInfoLog>();
  if (damaged_log == DamagedLog::skipped) {
    settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  }
  // Tables of machines begin empty at each start, and a crash may have left none.
  families.pop_back();
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      rocksdb::DB::OpenForReadOnly(settings, path.string(), families, &recovered.families, &db);
  if (!opened.ok()) {
    return open_error(path, opened);
  }
  recovered.db.reset(db);
  auto database = std::make_unique<Database>(path, std::move(recovered));
  database->failure_ =
      Error(Errc::not_allowed, "the store in '" + path.string() + "' is open for reading only");
  return database;
}

/// Machines begin with their snapshots; what their tables held before is of no use.
rocksdb::Status Database::empty_machine_family() {
  rocksdb::ColumnFamilyHandle*& machine =
      families_.at(1 + static_cast<std::size_t>(Family::machine));
  rocksdb::ColumnFamilyDescriptor descriptor;
  rocksdb::Status status = machine->GetDescriptor(&descriptor);
  if (status.ok()) {
    status = db_->DropColumnFamily(machine);
  }
  if (status.ok()) {
    status = db_->DestroyColumnFamilyHandle(machine);
    machine = nullptr;
  }
  if (status.ok()) {
    status = db_->CreateColumnFamily(descriptor.options, descriptor.name, &machine);
  }
  return status;
}

Database::~Database() {
  if (usable()) {
    // Nothing is merged any more: the watermark states all that will ever have been written.
    // Without it the next start is content with less.
    rocksdb::CancelAllBackgroundWork(db_.get(), /*wait=*/true);
    [[maybe_unused]] const auto done = raise_watermark();
  }
  for (rocksdb::ColumnFamilyHandle* handle : families_) {
    if (handle != nullptr) {
      db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }
  }
}

rocksdb::ColumnFamilyHandle* Database::family(Family which) const {
  return families_.at(1 + static_cast<std::size_t>(which));
}

Result<void> Database::usable() const {
  const std::scoped_lock lock(failure_mutex_);
  if (failure_) {
    return *failure_;
  }
  return {};
}

Result<void> Database::settle(const rocksdb::Status& status, std::string_view operation) {
  if (status.ok()) {
    return {};
  }
  const std::scoped_lock lock(failure_mutex_);
  if (!failure_) {
    corrupt_ = status.IsCorruption();
    const std::string_view advice =
        status.IsNoSpace() ? "the disk is full: make room and restart"
                           : "suspect the disk, its file system or its quota: look at the "
                             "system's log, then restart";
    if (corrupt_) {
      suspect(path_, env(), status.ToString());
    }
    failure_ = Error(Errc::storage_failed,
                     "the store in '" + path_.string() + "' accepts nothing more, because " +
                         std::string(operation) + " failed: " + status.ToString() + "; " +
                         std::string(advice));
  }
  return *failure_;
}

Result<void> Database::commit(rocksdb::WriteBatch& batch, Sync sync) {
  if (auto ok = usable(); !ok) {
    return ok;
  }
  if (sync == Sync::now) {
    return commit_synced(batch);
  }
  rocksdb::WriteOptions options;
  options.disableWAL = sync == Sync::never;
  return settle(db_->Write(options, &batch), "a write");
}

/// One after the other: a batch that is found on the disk tells that all before it were durable.
Result<void> Database::commit_synced(rocksdb::WriteBatch& batch) {
  const std::scoped_lock lock(synced_mutex_);
  if (auto ok = usable(); !ok) {
    return ok;
  }
  const SyncedBatches next{standing_.origin, standing_.count + 1};
  const auto added =
      batch.Put(family(Family::meta), slice_of(synced_key), slice_of(ByteView(sealed(next))));
  check(added.ok(), "a batch takes what it is given");
  rocksdb::WriteOptions options;
  options.sync = true;
  auto written = settle(db_->Write(options, &batch), "a write or its sync");
  if (written) {
    standing_.count = next.count;
  }
  return written;
}

Result<void> Database::raise_watermark() {
  if (auto ok = usable(); !ok) {
    return ok;
  }
  WatermarkRecord standing;
  {
    const std::scoped_lock lock(synced_mutex_);
    standing = standing_;
  }
  if (!watermark_) {
    return {};  // not begun
  }
  standing.manifest = durable_manifest();
  return settle(watermark_->raise(standing), "writing the watermark");
}

Result<void> Database::take_in(rocksdb::ColumnFamilyHandle* family,
                               const std::filesystem::path& path) {
  if (auto ok = usable(); !ok) {
    return ok;
  }
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;
  return settle(db_->IngestExternalFile(family, {path.string()}, options), "taking in a file");
}

std::filesystem::path Database::new_incoming_file() {
  return path_ / incoming_folder / (std::to_string(++incoming_files_) + ".sst");
}

void Database::free_files(Family which, const Bounds& keys) {
  // Without it the space comes back when the files are merged.
  rocksdb::DeleteFilesInRange(db_.get(), family(which), &keys.from, &keys.behind,
                              /*include_end=*/false)
      .PermitUncheckedError();
}

Result<std::optional<std::string>> Database::get(Family which, std::string_view key) const {
  std::string value;
  const rocksdb::Status found =
      db_->Get(rocksdb::ReadOptions(), family(which), slice_of(key), &value);
  if (found.IsNotFound()) {
    return std::optional<std::string>();
  }
  if (!found.ok()) {
    return read_error(found);
  }
  return std::optional<std::string>(std::move(value));
}

std::unique_ptr<rocksdb::Iterator> Database::walk(Family which, const Bounds& bounds) const {
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &bounds.from;
  options.iterate_upper_bound = &bounds.behind;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, family(which)));
}

std::uint64_t Database::approximate_bytes(Family which, const Bounds& bounds) const {
  const rocksdb::Range range(bounds.from, bounds.behind);
  rocksdb::SizeApproximationOptions options;
  options.include_memtables = true;
  std::uint64_t bytes = 0;
  // Only tells when cleaning up is worth its while: without an answer it waits.
  const auto status = db_->GetApproximateSizes(options, family(which), &range, 1, &bytes);
  return status.ok() ? bytes : 0;
}

Result<void> Database::verify_files() const {
  const rocksdb::Status status = db_->VerifyChecksum(rocksdb::ReadOptions());
  if (!status.ok()) {
    return read_error(status).within("a file fails its checks");
  }
  return {};
}

Error Database::read_error(const rocksdb::Status& status) const {
  return {status.IsCorruption() ? Errc::damaged : Errc::io_failed,
          "reading from the store in '" + path_.string() + "' failed: " + status.ToString()};
}

Error Database::damaged(std::string_view what) const {
  return {Errc::damaged, "the store in '" + path_.string() + "' is damaged: " + std::string(what)};
}

}  // namespace tessera::storage::rocks
