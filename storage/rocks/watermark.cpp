#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/data_directory.h>
#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/meta_records.h>
#include <tessera/storage/rocks/internal/watermark.h>

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

namespace tessera::storage::rocks {
namespace {

constexpr std::string_view watermark_file = "WATERMARK";
constexpr std::string_view watermark_file_unfinished = "WATERMARK.new";

/// Whether `record` states more than `other` does.
[[nodiscard]] bool is_more(const WatermarkRecord& record, const WatermarkRecord& other) {
  return std::tie(record.count, record.manifest) > std::tie(other.count, other.manifest);
}

}  // namespace

std::vector<std::uint8_t> encode_slot(const WatermarkRecord& record) {
  std::vector<std::uint8_t> slot;
  const auto add = [&slot](const std::vector<std::uint8_t>& stored) {
    check(stored.size() < 256, "the length of a watermark fits its byte");
    slot.push_back(static_cast<std::uint8_t>(stored.size()));
    slot.insert(slot.end(), stored.begin(), stored.end());
  };
  add(sealed(record));
  if (record.manifest) {
    add(sealed(*record.manifest));
  }
  slot.resize(watermark_slot_bytes);
  return slot;
}

std::optional<WatermarkRecord> decode_slot(ByteView slot) {
  const auto next = [&slot]() -> std::optional<ByteView> {
    if (slot.empty() || slot.front() > slot.size() - 1) {
      return std::nullopt;
    }
    const ByteView stored = slot.subspan(1, slot.front());
    slot = slot.subspan(1 + stored.size());
    return stored;
  };
  const auto stored = next();
  auto record = stored ? unsealed<WatermarkRecord>(*stored) : std::optional<WatermarkRecord>();
  if (!record) {
    return std::nullopt;
  }
  const auto mark = next();
  if (!mark) {
    return std::nullopt;
  }
  if (!mark->empty()) {
    record->manifest = unsealed<ManifestMark>(*mark);
    if (!record->manifest) {
      return std::nullopt;
    }
  }
  return record;
}

Watermark::Watermark(std::filesystem::path path, rocksdb::Env* env)
    : path_(std::move(path)), env_(env) {}

Watermark::~Watermark() = default;

std::string Watermark::file() const { return (path_ / watermark_file).string(); }

Result<std::optional<WatermarkRecord>> Watermark::read() {
  const std::scoped_lock lock(mutex_);
  const std::string store = "the store in '" + path_.string() + "'";
  const rocksdb::Status present = env_->FileExists(file());
  if (present.IsNotFound()) {
    return std::optional<WatermarkRecord>();
  }
  std::string text;
  const rocksdb::Status status =
      present.ok() ? rocksdb::ReadFileToString(env_, file(), &text) : present;
  if (!status.ok()) {
    return Error(Errc::io_failed,
                 store + " cannot be opened: its watermark cannot be read: " + status.ToString());
  }
  std::optional<WatermarkRecord> newest;
  for (std::size_t slot = 0; slot < watermark_slots; ++slot) {
    const ByteView all = as_bytes(text);
    const std::size_t from = std::min(all.size(), slot * watermark_slot_bytes);
    const auto said =
        decode_slot(all.subspan(from, std::min(watermark_slot_bytes, all.size() - from)));
    if (said && (!newest || is_more(*said, *newest))) {
      newest = said;
      newest_slot_ = slot;
    }
  }
  if (!newest) {
    return Error(Errc::damaged, store + " is damaged: neither half of its file " +
                                    std::string(watermark_file) +
                                    " is as it was written, so what it had promised is unknown");
  }
  exists_ = true;
  stated_ = *newest;
  return newest;
}

rocksdb::Status Watermark::create(const WatermarkRecord& first) {
  const std::scoped_lock lock(mutex_);
  return make(first);
}

rocksdb::Status Watermark::raise(const WatermarkRecord& record) {
  const std::scoped_lock lock(mutex_);
  return is_more(record, stated_) ? state(record) : rocksdb::Status::OK();
}

rocksdb::Status Watermark::begin_manifest(const ManifestMark& mark) {
  const std::scoped_lock lock(mutex_);
  WatermarkRecord record = stated_;
  record.manifest = mark;
  return exists_ ? state(record) : make(record);
}

rocksdb::Status Watermark::make(const WatermarkRecord& first) {
  const std::vector<std::uint8_t> slot = encode_slot(first);
  std::string text(as_text(slot));
  text += text;
  const rocksdb::Status status =
      write_whole(path_, {watermark_file, watermark_file_unfinished, text}, env_);
  slots_.reset();  // of the file that was there before
  exists_ = status.ok();
  stated_ = first;
  return status;
}

rocksdb::Status Watermark::state(const WatermarkRecord& record) {
  rocksdb::Status status;
  if (!slots_) {
    status = env_->NewRandomRWFile(file(), &slots_, rocksdb::EnvOptions());
  }
  const std::size_t slot = (newest_slot_ + 1) % watermark_slots;
  if (status.ok()) {
    status = slots_->Write(slot * watermark_slot_bytes, slice_of(ByteView(encode_slot(record))));
  }
  if (status.ok()) {
    status = slots_->Sync();
  }
  if (status.ok()) {
    stated_ = record;
    newest_slot_ = slot;
  }
  return status;
}

}  // namespace tessera::storage::rocks
