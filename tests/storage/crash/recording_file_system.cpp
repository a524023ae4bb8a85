#include "recording_file_system.h"

#include <atomic>
#include <utility>

namespace tessera::storage::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using Kind = DiskOperation::Kind;

/// What files and folders share with the file system.
struct Recorder {
  Recorder(std::filesystem::path recorded, DiskOperations& into, std::shared_ptr<DiskFaults> struck)
      : folder(std::move(recorded)), operations(into), faults(std::move(struck)) {}

  std::filesystem::path folder;
  DiskOperations& operations;
  std::shared_ptr<DiskFaults> faults;
  std::atomic<std::uint64_t> files{0};

  [[nodiscard]] std::string relative(const std::string& path) const {
    const std::string name =
        std::filesystem::path(path).lexically_relative(folder).lexically_normal().string();
    return name == "." ? "" : name;
  }

  /// RocksDB's own diary, which it writes past this.
  [[nodiscard]] static bool is_diary(const DiskOperation& operation) {
    return std::filesystem::path(operation.path).filename().string().starts_with("LOG");
  }

  template <class Perform>
  IOStatus note(DiskOperation operation, const Perform& perform) {
    if (is_diary(operation)) {
      return perform();
    }
    if (faults && faults->strikes(operation)) {
      return IOStatus::IOError("injected: the operation failed: " + to_string(operation));
    }
    return operations.note(std::move(operation), perform);
  }
};

class RecordedFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  /// A new file has a number, one that was opened again a path.
  RecordedFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<Recorder> recorder,
               std::uint64_t number, std::string path = {})
      : FSWritableFileOwnerWrapper(std::move(file)),
        recorder_(std::move(recorder)),
        number_(number),
        path_(std::move(path)),
        size_(GetFileSize({}, nullptr)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    return append(data, [&] { return FSWritableFileOwnerWrapper::Append(data, options, debug); });
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* debug) override {
    return append(data,
                  [&] { return FSWritableFileOwnerWrapper::Append(data, options, info, debug); });
  }
  IOStatus PositionedAppend(const rocksdb::Slice& data, std::uint64_t offset,
                            const IOOptions& options, IODebugContext* debug) override {
    return write({offset, data}, [&] {
      return FSWritableFileOwnerWrapper::PositionedAppend(data, offset, options, debug);
    });
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return recorder_->note({.kind = Kind::sync, .file = number_, .path = path_},
                           [&] { return FSWritableFileOwnerWrapper::Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return recorder_->note({.kind = Kind::sync, .file = number_, .path = path_},
                           [&] { return FSWritableFileOwnerWrapper::Fsync(options, debug); });
  }

 private:
  struct Piece {
    std::uint64_t offset = 0;
    rocksdb::Slice data;
  };
  template <class Perform>
  IOStatus write(const Piece& piece, const Perform& perform) {
    return recorder_->note({.kind = Kind::write,
                            .file = number_,
                            .offset = piece.offset,
                            .path = path_,
                            .data = piece.data.ToString()},
                           perform);
  }
  template <class Perform>
  IOStatus append(const rocksdb::Slice& data, const Perform& perform) {
    IOStatus status = write({size_, data}, perform);
    if (status.ok()) {
      size_ += data.size();
    }
    return status;
  }

  std::shared_ptr<Recorder> recorder_;
  std::uint64_t number_;
  std::string path_;
  std::uint64_t size_;
};

/// A file that is overwritten in place: by name, since it has been there before.
class RecordedPatchedFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  RecordedPatchedFile(std::unique_ptr<rocksdb::FSRandomRWFile> file,
                      std::shared_ptr<Recorder> recorder, std::string path)
      : FSRandomRWFileOwnerWrapper(std::move(file)),
        recorder_(std::move(recorder)),
        path_(std::move(path)) {}

  IOStatus Write(std::uint64_t offset, const rocksdb::Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    return recorder_->note(
        {.kind = Kind::write, .offset = offset, .path = path_, .data = data.ToString()},
        [&] { return FSRandomRWFileOwnerWrapper::Write(offset, data, options, debug); });
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return recorder_->note({.kind = Kind::sync, .path = path_},
                           [&] { return FSRandomRWFileOwnerWrapper::Sync(options, debug); });
  }

 private:
  std::shared_ptr<Recorder> recorder_;
  std::string path_;
};

class RecordedFolder final : public rocksdb::FSDirectoryWrapper {
 public:
  RecordedFolder(std::unique_ptr<rocksdb::FSDirectory> folder, std::shared_ptr<Recorder> recorder,
                 std::string path)
      : FSDirectoryWrapper(std::move(folder)),
        recorder_(std::move(recorder)),
        path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return note([&] { return FSDirectoryWrapper::Fsync(options, debug); });
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& how) override {
    return note([&] { return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, how); });
  }

 private:
  template <class Perform>
  IOStatus note(const Perform& perform) {
    return recorder_->note({.kind = Kind::sync_folder, .path = path_}, perform);
  }

  std::shared_ptr<Recorder> recorder_;
  std::string path_;
};

class RecordingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit RecordingFileSystem(std::shared_ptr<Recorder> recorder)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), recorder_(std::move(recorder)) {}

  [[nodiscard]] const char* Name() const override { return "RecordingFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    const std::uint64_t number = ++recorder_->files;
    IOStatus status =
        note({.kind = Kind::create, .file = number, .path = recorder_->relative(name)},
             [&] { return target()->NewWritableFile(name, options, file, debug); });
    if (status.ok()) {
      *file = std::make_unique<RecordedFile>(std::move(*file), recorder_, number);
    }
    return status;
  }
  IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                              IODebugContext* debug) override {
    IOStatus status = target()->ReopenWritableFile(name, options, file, debug);
    if (status.ok()) {
      *file =
          std::make_unique<RecordedFile>(std::move(*file), recorder_, 0, recorder_->relative(name));
    }
    return status;
  }
  IOStatus ReuseWritableFile(const std::string&, const std::string&, const FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) override {
    return IOStatus::NotSupported("a file that gets another name is not recorded");
  }
  IOStatus NewRandomRWFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                           IODebugContext* debug) override {
    IOStatus status = target()->NewRandomRWFile(name, options, file, debug);
    if (status.ok()) {
      *file = std::make_unique<RecordedPatchedFile>(std::move(*file), recorder_,
                                                    recorder_->relative(name));
    }
    return status;
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* folder,
                        IODebugContext* debug) override {
    IOStatus status = target()->NewDirectory(name, options, folder, debug);
    const bool within = !recorder_->relative(name).starts_with("..");
    if (status.ok() && within) {
      *folder = std::make_unique<RecordedFolder>(std::move(*folder), recorder_,
                                                 recorder_->relative(name));
    }
    return status;
  }
  IOStatus Truncate(const std::string&, std::size_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("truncating is not recorded");
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* debug) override {
    return note(of(Kind::remove, name), [&] { return target()->DeleteFile(name, options, debug); });
  }
  IOStatus CreateDir(const std::string& name, const IOOptions& options,
                     IODebugContext* debug) override {
    return note(of(Kind::make_folder, name),
                [&] { return target()->CreateDir(name, options, debug); });
  }
  IOStatus CreateDirIfMissing(const std::string& name, const IOOptions& options,
                              IODebugContext* debug) override {
    return note(of(Kind::make_folder, name),
                [&] { return target()->CreateDirIfMissing(name, options, debug); });
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    return note(of(Kind::rename, from, to),
                [&] { return target()->RenameFile(from, to, options, debug); });
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                    IODebugContext* debug) override {
    return note(of(Kind::link, from, to),
                [&] { return target()->LinkFile(from, to, options, debug); });
  }

 private:
  [[nodiscard]] DiskOperation of(Kind kind, const std::string& path,
                                 const std::string& target = {}) const {
    return {.kind = kind,
            .path = recorder_->relative(path),
            .target = target.empty() ? "" : recorder_->relative(target)};
  }
  template <class Perform>
  IOStatus note(DiskOperation operation, const Perform& perform) {
    return recorder_->note(std::move(operation), perform);
  }

  std::shared_ptr<Recorder> recorder_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> recording_environment(const std::filesystem::path& folder,
                                                    DiskOperations& operations,
                                                    std::shared_ptr<DiskFaults> faults) {
  auto recorder = std::make_shared<Recorder>(folder, operations, std::move(faults));
  return rocksdb::NewCompositeEnv(std::make_shared<RecordingFileSystem>(std::move(recorder)));
}

}  // namespace tessera::storage::testing
