#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

/// What a file system was asked to do, one operation after the other.
namespace tessera::storage::testing {

/// One numbered operation. Files have numbers, since names change; paths are relative to the folder
/// that is watched, which itself is "".
struct DiskOperation {
  enum class Kind : std::uint8_t {
    create,       ///< an empty `file` under the name `path`, in the place of what was there
    write,        ///< `data` into `file` at `offset`
    sync,         ///< `file`
    rename,       ///< `path` to `target`
    link,         ///< `path` is called `target` as well
    remove,       ///< the name `path`
    make_folder,  ///< `path`
    sync_folder,  ///< `path`
  };

  Kind kind = Kind::create;
  std::uint64_t file = 0;
  std::uint64_t offset = 0;
  std::string path{};  ///< for `write` and `sync`: if the file has no number
  std::string target{};
  std::string data{};
};

[[nodiscard]] std::string to_string(const DiskOperation& operation);

/// The operations in the order in which they happened. Any thread.
class DiskOperations {
 public:
  /// Carries `operation` out with `perform` and notes it if that succeeds; nothing comes between.
  template <class Perform>
  auto note(DiskOperation operation, const Perform& perform) {
    const std::scoped_lock lock(mutex_);
    auto done = perform();
    if (done.ok()) {
      all_.push_back(std::move(operation));
    }
    return done;
  }

  [[nodiscard]] std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return all_.size();
  }
  /// When nobody notes any more.
  [[nodiscard]] const std::vector<DiskOperation>& all() const { return all_; }

 private:
  mutable std::mutex mutex_;
  std::vector<DiskOperation> all_;
};

}  // namespace tessera::storage::testing
