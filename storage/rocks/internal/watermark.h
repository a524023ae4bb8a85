#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/rocks/internal/manifest_log.h>
#include <tessera/storage/rocks/internal/seal.h>

#include <rocksdb/env.h>

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

/// How far the store had come when it last said so, kept outside of RocksDB.
///
/// RocksDB cannot tell synced records that were damaged at the end of its write-ahead log from what
/// a crash tears off there. So a file of its own states how many synced batches there were
/// (`SyncedBatches`): it is written after their sync has returned, so it may trail the store and
/// never leads it, and a store that is behind it has lost what it had promised
/// (docs/decisions/0205-durable-watermark.md).
namespace tessera::storage::rocks {

/// What the file states. Its encoding is part of the stored format.
struct WatermarkRecord {
  static constexpr RecordKind kind = RecordKind::watermark;
  std::uint64_t origin = 0;  ///< of the store; 0: the first start has drawn none yet
  std::uint64_t starts = 0;  ///< of the store, when it was written
  std::uint64_t run = 0;     ///< the number of that life
  std::uint64_t count = 0;   ///< of the batches
  /// How much of RocksDB's MANIFEST was durable, behind the rest in a record of its own: stores of
  /// earlier builds do not say.
  std::optional<ManifestMark> manifest{};

  /// False while it is of a MANIFEST alone, which is there before the store's first batch.
  [[nodiscard]] bool counts_batches() const { return origin != 0; }

  bool operator==(const WatermarkRecord&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(origin, starts, run, count);
  }
};

/// The two slots that make up the file are overwritten in turn: one that a crash has torn leaves
/// the other. Each begins a page.
inline constexpr std::size_t watermark_slot_bytes = 4096;
inline constexpr std::size_t watermark_slots = 2;

/// `record` as it stands in a slot: its length in one byte, itself sealed, the same for the mark of
/// the MANIFEST if there is one, zeros.
[[nodiscard]] std::vector<std::uint8_t> encode_slot(const WatermarkRecord& record);
/// What a slot says; nothing if it is not as it was written.
[[nodiscard]] std::optional<WatermarkRecord> decode_slot(ByteView slot);

class Watermark {
 public:
  /// The file of the store at `path`. `env` must outlive this.
  Watermark(std::filesystem::path path, rocksdb::Env* env);
  ~Watermark();
  Watermark(const Watermark&) = delete;
  Watermark& operator=(const Watermark&) = delete;

  /// What the file states; nothing if there is none. `damaged` if neither slot is as it was
  /// written, `io_failed` if it cannot be read. Before anything else.
  [[nodiscard]] Result<std::optional<WatermarkRecord>> read();

  /// Makes the file, which states `first` then, durably.
  [[nodiscard]] rocksdb::Status create(const WatermarkRecord& first);

  /// States `record` from now on, durably, unless as much was stated already. Any thread; not after
  /// a failure.
  [[nodiscard]] rocksdb::Status raise(const WatermarkRecord& record);

  /// States `mark`, of a MANIFEST that is not in use yet, in the place of what was stated of an
  /// earlier one; durably. Makes the file if there is none. Any thread; not after a failure.
  [[nodiscard]] rocksdb::Status begin_manifest(const ManifestMark& mark);

 private:
  [[nodiscard]] std::string file() const;
  [[nodiscard]] rocksdb::Status make(const WatermarkRecord& first);
  [[nodiscard]] rocksdb::Status state(const WatermarkRecord& record);

  std::filesystem::path path_;
  rocksdb::Env* env_;
  std::mutex mutex_;
  bool exists_ = false;                           // guarded by mutex_
  WatermarkRecord stated_;                        // guarded by mutex_
  std::size_t newest_slot_ = 0;                   // guarded by mutex_; the one that says `stated_`
  std::unique_ptr<rocksdb::RandomRWFile> slots_;  // guarded by mutex_; open once it was written to
};

}  // namespace tessera::storage::rocks
