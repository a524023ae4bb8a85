#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

/// The machine's file system, made to fail at a chosen moment. Callable from any thread.
namespace tessera::storage::testing {

/// What goes wrong, and when. Counts down with every operation of its kind, on any file; at zero
/// the operation fails, and so does every later one while `fails_on` is set.
struct Faults {
  static constexpr std::int64_t never = INT64_MAX;
  std::atomic<std::int64_t> writes_left = never;
  std::atomic<std::int64_t> syncs_left = never;
  std::atomic<std::int64_t> bytes_left = never;  ///< of disk space
  std::atomic<bool> fails_on = false;

  /// False if there is not as much room: what is smaller may still fit.
  [[nodiscard]] bool takes_room(std::size_t bytes) {
    const auto wanted = static_cast<std::int64_t>(bytes);
    std::int64_t left = bytes_left.load();
    while (left != never) {
      if (left < wanted) return false;
      if (bytes_left.compare_exchange_weak(left, left - wanted)) return true;
    }
    return true;
  }
  [[nodiscard]] bool strikes(std::atomic<std::int64_t>& left) const {
    const std::int64_t before = left.fetch_sub(1);
    return before == 1 || (fails_on && before < 1);
  }
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<Faults> faults)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(std::move(faults)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus status = before_write(data.size());
    return status.ok() ? FSWritableFileOwnerWrapper::Append(data, options, debug) : status;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& info,
                           rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus status = before_write(data.size());
    return status.ok() ? FSWritableFileOwnerWrapper::Append(data, options, info, debug) : status;
  }
  rocksdb::IOStatus PositionedAppend(const rocksdb::Slice& data, std::uint64_t offset,
                                     const rocksdb::IOOptions& options,
                                     rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus status = before_write(data.size());
    return status.ok() ? FSWritableFileOwnerWrapper::PositionedAppend(data, offset, options, debug)
                       : status;
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    return faults_->strikes(faults_->syncs_left) ? failed("sync")
                                                 : FSWritableFileOwnerWrapper::Sync(options, debug);
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return faults_->strikes(faults_->syncs_left)
               ? failed("sync")
               : FSWritableFileOwnerWrapper::Fsync(options, debug);
  }

 private:
  static rocksdb::IOStatus failed(const std::string& operation) {
    return rocksdb::IOStatus::IOError("injected: the " + operation + " failed");
  }
  rocksdb::IOStatus before_write(std::size_t size) {
    if (faults_->strikes(faults_->writes_left)) {
      return failed("write");
    }
    if (!faults_->takes_room(size)) {
      return rocksdb::IOStatus::NoSpace("injected: No space left on device");
    }
    return rocksdb::IOStatus::OK();
  }

  std::shared_ptr<Faults> faults_;
};

/// A file that is overwritten in place.
class FaultyPatchedFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FaultyPatchedFile(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::shared_ptr<Faults> faults)
      : FSRandomRWFileOwnerWrapper(std::move(file)), faults_(std::move(faults)) {}

  rocksdb::IOStatus Write(std::uint64_t offset, const rocksdb::Slice& data,
                          const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return faults_->strikes(faults_->writes_left)
               ? rocksdb::IOStatus::IOError("injected: the write failed")
               : FSRandomRWFileOwnerWrapper::Write(offset, data, options, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    return faults_->strikes(faults_->syncs_left)
               ? rocksdb::IOStatus::IOError("injected: the sync failed")
               : FSRandomRWFileOwnerWrapper::Sync(options, debug);
  }

 private:
  std::shared_ptr<Faults> faults_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFileSystem(std::shared_ptr<Faults> faults)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(std::move(faults)) {}

  [[nodiscard]] const char* Name() const override { return "FaultyFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = target()->NewWritableFile(name, options, file, debug);
    if (status.ok()) {
      *file = std::make_unique<FaultyFile>(std::move(*file), faults_);
    }
    return status;
  }
  rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = target()->NewRandomRWFile(name, options, file, debug);
    if (status.ok()) {
      *file = std::make_unique<FaultyPatchedFile>(std::move(*file), faults_);
    }
    return status;
  }

 private:
  std::shared_ptr<Faults> faults_;
};

/// An environment whose files fail as `faults` says.
inline std::unique_ptr<rocksdb::Env> faulty_environment(const std::shared_ptr<Faults>& faults) {
  return rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(faults));
}

}  // namespace tessera::storage::testing
