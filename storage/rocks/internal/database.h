#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/check.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/rocks/internal/meta_records.h>
#include <tessera/storage/rocks/internal/open.h>
#include <tessera/storage/rocks/internal/recovery.h>
#include <tessera/storage/rocks/internal/watermark.h>
#include <tessera/storage/rocks/stopped_store.h>

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

/// One open RocksDB and the rule that its first failed write is its last.
///
/// Owned by the store, shared by its parts; all functions may be called from any thread.
namespace tessera::storage::rocks {

[[nodiscard]] inline rocksdb::Slice slice_of(std::string_view text) {
  return {text.data(), text.size()};
}
[[nodiscard]] inline rocksdb::Slice slice_of(ByteView bytes) { return slice_of(as_text(bytes)); }
[[nodiscard]] inline ByteView view_of(rocksdb::Slice slice) {
  return as_bytes(std::string_view(slice.data(), slice.size()));
}

/// RocksDB reports a failed addition to a batch only when it is misused.
inline void must(const rocksdb::Status& status) {
  check(status.ok(), "a batch takes what it is given");
}

enum class Family { meta, log, snapshot, machine };

class Database {
 public:
  /// Opens the database in `path`, which must be there, for reading alone: no file of it is
  /// touched, and every write is refused with `not_allowed`. No other process has it open.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open_for_reading(
      const std::filesystem::path& path, rocksdb::Env* env, DamagedLog damaged_log);
  /// What has been recovered at `path`, to be read.
  Database(std::filesystem::path path, Recovered recovered);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Begins to write: what an earlier life left of files and tables goes, and `first` is committed.
  /// `standing` is how far the store had come before it; batches are counted from there on, and the
  /// watermark raised to them. To be called once.
  [[nodiscard]] Result<void> begin(std::shared_ptr<Watermark> watermark,
                                   const WatermarkRecord& standing, rocksdb::WriteBatch& first);

  [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Family which) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// `storage_failed`, always with the first failure's message, once a write has failed.
  [[nodiscard]] Result<void> usable() const;

  /// Whether a write waits until it is on the disk, is written along with the next one that does,
  /// or need not outlive the process.
  enum class Sync { now, later, never };

  /// Writes `batch` atomically. One that waits is counted, which adds to it.
  [[nodiscard]] Result<void> commit(rocksdb::WriteBatch& batch, Sync sync);

  /// Puts on record that every batch whose sync has returned was durable. Durable when it returns.
  [[nodiscard]] Result<void> raise_watermark();

  /// How much of the MANIFEST is durable; nothing where nothing is written.
  [[nodiscard]] std::optional<ManifestMark> durable_manifest() const {
    return manifest_ ? manifest_->durable() : std::nullopt;
  }

  /// The keys in [`from`, `behind`).
  struct Bounds {
    rocksdb::Slice from;
    rocksdb::Slice behind;
  };

  /// Makes `family` hold what is in the sorted file at `path`, durably. The file is gone then.
  [[nodiscard]] Result<void> take_in(rocksdb::ColumnFamilyHandle* family,
                                     const std::filesystem::path& path);

  /// A name for a file that `take_in` takes. What a crash leaves of such files is deleted by the
  /// next `open`.
  [[nodiscard]] std::filesystem::path new_incoming_file();

  /// Gives the space of `keys` back, as far as whole files hold nothing else. They have been
  /// deleted; nobody reads them.
  void free_files(Family which, const Bounds& keys);

  [[nodiscard]] rocksdb::Options options_of(rocksdb::ColumnFamilyHandle* family) const {
    return db_->GetOptions(family);
  }
  [[nodiscard]] rocksdb::Env* env() const { return db_->GetEnv(); }
  /// The same for whoever needs it beyond the database's end.
  [[nodiscard]] std::shared_ptr<rocksdb::Env> shared_env() const {
    return env_ ? env_ : std::shared_ptr<rocksdb::Env>(std::shared_ptr<void>(), env());
  }

  /// `status` as a result. The first failure is the last: nothing is written any more.
  Result<void> settle(const rocksdb::Status& status, std::string_view operation);

  /// The value of `key`; nothing if there is none.
  [[nodiscard]] Result<std::optional<std::string>> get(Family which, std::string_view key) const;

  /// The record at `key`; nothing if there is none, `damaged` if it fails its checks. `what` names
  /// it in the message.
  template <class Record>
  [[nodiscard]] Result<std::optional<Record>> load(Family which, std::string_view key,
                                                   std::string_view what) const {
    auto stored = get(which, key);
    if (!stored) {
      return std::move(stored).error().within(what);
    }
    std::optional<Record> record;
    if (*stored) {
      record = unsealed<Record>(as_bytes(**stored));
      if (!record) {
        return damaged(std::string(what) + " fails its checks");
      }
    }
    return record;
  }

  /// Walks over the keys in `bounds`, which must outlive the iterator, as they are now.
  [[nodiscard]] std::unique_ptr<rocksdb::Iterator> walk(Family which, const Bounds& bounds) const;

  /// About how many bytes the keys within `bounds` take.
  [[nodiscard]] std::uint64_t approximate_bytes(Family which, const Bounds& bounds) const;

  /// Reads every file and compares it with its checksums: also what no record is in any more, but
  /// would stop the store when files are merged. `damaged` naming the first file that fails.
  [[nodiscard]] Result<void> verify_files() const;

  /// A failure to read, as an error.
  [[nodiscard]] Error read_error(const rocksdb::Status& status) const;
  /// `what` is wrong in this store.
  [[nodiscard]] Error damaged(std::string_view what) const;

 private:
  [[nodiscard]] rocksdb::Status empty_machine_family();
  [[nodiscard]] Result<void> commit_synced(rocksdb::WriteBatch& batch);

  std::filesystem::path path_;
  std::shared_ptr<rocksdb::Env> env_;  // of db_; may be none
  std::unique_ptr<rocksdb::DB> db_;
  std::shared_ptr<const ManifestWatch> manifest_;
  std::array<rocksdb::ColumnFamilyHandle*, 5> families_{};  // owned by db_; the first is default
  std::atomic<std::uint64_t> incoming_files_ = 0;
  std::shared_ptr<Watermark> watermark_;  // none before `begin`
  std::mutex synced_mutex_;               // held while a synced batch is written
  WatermarkRecord standing_;              // guarded by it; the batches whose sync has returned
  mutable std::mutex failure_mutex_;
  std::optional<Error> failure_;  // guarded by failure_mutex_; the first failure, for ever
  bool corrupt_ = false;          // guarded by failure_mutex_; it was because of damage
};

}  // namespace tessera::storage::rocks
