#include <tessera/storage/rocks/internal/sorted_file.h>

#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>

namespace tessera::storage::rocks {
namespace {

/// How often a long file is handed to the disk while it is written, so that the sync at its end
/// finds little to do.
constexpr std::uint64_t hand_over_bytes = std::uint64_t{1} << 20U;

constexpr std::string_view writing = "writing a sorted file";

[[nodiscard]] rocksdb::Options file_options(rocksdb::Options options) {
  // It is soon replaced, or merged into files that are compressed.
  options.compression = rocksdb::kNoCompression;
  options.compression_per_level.clear();
  options.bottommost_compression = rocksdb::kDisableCompressionOption;
  return options;
}

}  // namespace

SortedFile::SortedFile(Database& database, rocksdb::ColumnFamilyHandle* family)
    : database_(database),
      env_(database.shared_env()),
      family_(family),
      path_(database.new_incoming_file()) {}

SortedFile::~SortedFile() {
  if (writer_) {
    writer_.reset();
    // One that stays is deleted by the next start.
    env_->DeleteFile(path_.string()).PermitUncheckedError();
  }
}

Result<void> SortedFile::begin() {
  rocksdb::EnvOptions writing_options;
  writing_options.bytes_per_sync = hand_over_bytes;
  writer_ = std::make_unique<rocksdb::SstFileWriter>(
      writing_options, file_options(database_.options_of(family_)), family_,
      /*invalidate_page_cache=*/false);
  return database_.settle(writer_->Open(path_.string()), writing);
}

Result<void> SortedFile::add(std::string_view key, ByteView value) {
  if (auto ok = database_.usable(); !ok) {
    return ok;
  }
  if (!writer_) {
    if (auto begun = begin(); !begun) {
      return begun;
    }
  }
  bytes_ += key.size() + value.size();
  return database_.settle(writer_->Put(slice_of(key), slice_of(value)), writing);
}

Result<void> SortedFile::take_in() {
  if (!writer_) {
    return database_.usable();
  }
  if (auto finished = database_.settle(writer_->Finish(), writing); !finished) {
    return finished;
  }
  return database_.take_in(family_, path_);
}

}  // namespace tessera::storage::rocks
