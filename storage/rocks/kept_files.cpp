#include <tessera/storage/rocks/internal/kept_files.h>

#include <rocksdb/file_system.h>

#include <atomic>
#include <utility>

namespace tessera::storage::rocks {
namespace {

using Failed = std::shared_ptr<std::atomic<bool>>;

class Failures final : public rocksdb::EventListener {
 public:
  explicit Failures(Failed failed) : failed_(std::move(failed)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    if (!status->ok()) {
      failed_->store(true);
    }
  }

 private:
  Failed failed_;
};

class KeepingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  KeepingFileSystem(const std::shared_ptr<rocksdb::FileSystem>& files, Failed failed)
      : FileSystemWrapper(files), failed_(std::move(failed)) {}

  [[nodiscard]] const char* Name() const override { return "tessera::KeepingFileSystem"; }

  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (failed_->load()) {
      return rocksdb::IOStatus::Aborted("kept, for the disk has failed: " + name);
    }
    return FileSystemWrapper::DeleteFile(name, options, debug);
  }

 private:
  Failed failed_;
};

}  // namespace

KeptFiles files_kept_on_failure(const std::shared_ptr<rocksdb::FileSystem>& files) {
  auto failed = std::make_shared<std::atomic<bool>>(false);
  return {std::make_shared<KeepingFileSystem>(files, failed), std::make_shared<Failures>(failed)};
}

}  // namespace tessera::storage::rocks
