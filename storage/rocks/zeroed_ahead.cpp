#include <tessera/storage/rocks/internal/zeroed_ahead.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace tessera::storage::rocks {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// Logs are read in blocks of this size.
constexpr std::uint64_t block_bytes = std::uint64_t{32} << 10;
/// What is zeroed in one go at most: the sync behind it takes longer than others. A log is doubled
/// until then, so that a short one is not mostly zeros.
constexpr std::uint64_t ahead_bytes_max = std::uint64_t{1} << 20;
/// With more than this between two syncs the disk is busy with what is written, and zeros would be
/// as much again.
constexpr std::uint64_t little = std::uint64_t{64} << 10;

class ZeroedAhead final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  explicit ZeroedAhead(std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    unsynced_ += data.size();
    // Zeros first: the file believes that it ends where it was written last, and is cut there when
    // it is closed.
    if (end_ + data.size() > zeroed_ && unsynced_ <= little) {
      zero_ahead(data.size(), options, debug);
    }
    IOStatus status = target()->PositionedAppend(data, end_, options, debug);
    if (status.ok()) {
      end_ += data.size();
      zeroed_ = std::max(zeroed_, end_);
    }
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    unsynced_ = 0;
    return FSWritableFileOwnerWrapper::Sync(options, debug);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    unsynced_ = 0;
    return FSWritableFileOwnerWrapper::Fsync(options, debug);
  }

 private:
  /// From behind the next `size` bytes. Where there is no room for zeros, there may be some for
  /// data: then the file grows.
  void zero_ahead(std::uint64_t size, const IOOptions& options, IODebugContext* debug) {
    static const std::string zeros(ahead_bytes_max + block_bytes, '\0');
    const std::uint64_t from = end_ + size;
    const std::uint64_t ahead = std::min(from, ahead_bytes_max);
    const std::uint64_t to = ((from + ahead) / block_bytes + 1) * block_bytes;
    const Slice some(zeros.data(), to - from);
    if (target()->PositionedAppend(some, from, options, debug).ok()) {
      zeroed_ = to;
    }
  }

  std::uint64_t end_ = 0;     // of what was written
  std::uint64_t zeroed_ = 0;  // the file goes on to here
  std::uint64_t unsynced_ = 0;
};

class ZeroingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  [[nodiscard]] const char* Name() const override { return "tessera::ZeroingFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    IOStatus made = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    if (made.ok() && name.ends_with(".log")) {
      *file = std::make_unique<ZeroedAhead>(std::move(*file));
    }
    return made;
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> logs_zeroed_ahead(
    const std::shared_ptr<rocksdb::FileSystem>& files) {
  return std::make_shared<ZeroingFileSystem>(files);
}

}  // namespace tessera::storage::rocks
