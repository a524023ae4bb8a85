#include <tessera/runtime/tool/backup/durable_file.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tessera::tool {
namespace {

namespace fs = std::filesystem;

Error failed(const fs::path& path, std::string_view operation) {
  const int error = errno;
  return {
      error == ENOSPC || error == EDQUOT ? Errc::storage_failed : Errc::io_failed,
      fmt::format("{}: {}: {}", path.string(), operation, std::generic_category().message(error))};
}

/// An open file; closed when this goes.
class File {
 public:
  explicit File(int number) : number_(number) {}
  ~File() {
    if (number_ >= 0) close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  [[nodiscard]] bool close_well() { return close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

}  // namespace

Result<void> write_durable_file(const fs::path& path, ByteView content) {
  File file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) return failed(path, "cannot be made");
  while (!content.empty()) {
    const ssize_t written = write(file.number(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(path, "cannot be written");
    content = content.subspan(static_cast<std::size_t>(written));
  }
  if (fsync(file.number()) != 0) return failed(path, "cannot be synced");
  if (!file.close_well()) return failed(path, "cannot be closed");
  return {};
}

Result<void> sync_folder(const fs::path& folder) {
  const File file(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.is_open()) return failed(folder, "cannot be opened");
  if (fsync(file.number()) != 0) return failed(folder, "cannot be synced");
  return {};
}

Result<void> make_empty_folder(const fs::path& folder, const std::string& except) {
  if (mkdir(folder.c_str(), S_IRWXU) == 0) {
    std::error_code error;
    const fs::path absolute = fs::absolute(folder, error).lexically_normal();
    const fs::path named = absolute.has_filename() ? absolute : absolute.parent_path();
    return sync_folder(named.parent_path());
  }
  if (errno != EEXIST) return failed(folder, "cannot be made");
  std::error_code error;
  for (fs::directory_iterator each(folder, error); !error && each != fs::directory_iterator();
       each.increment(error)) {
    if (each->path().filename() == except) continue;
    return Error(Errc::not_allowed,
                 fmt::format("{} is not empty (\"{}\"): name a folder that does not exist",
                             folder.string(), each->path().filename().string()));
  }
  if (error) {
    return Error(Errc::io_failed,
                 fmt::format("{} cannot be read: {}", folder.string(), error.message()));
  }
  return {};
}

Result<Bytes> read_whole_file(const fs::path& path, std::uint64_t bytes_max) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    return errno == ENOENT ? Error(Errc::not_found, path.string() + " is missing")
                           : failed(path, "cannot be opened");
  }
  struct stat state {};
  if (fstat(file.number(), &state) != 0) return failed(path, "cannot be read");
  if (!S_ISREG(state.st_mode)) return Error(Errc::io_failed, path.string() + " is not a file");
  const auto size = static_cast<std::uint64_t>(state.st_size);
  if (size > bytes_max) {
    return Error(Errc::too_large, fmt::format("{} has {} bytes, {} are the most it may have",
                                              path.string(), size, bytes_max));
  }
  std::vector<std::uint8_t> content(size);
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t got = read(file.number(), content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "cannot be read");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  content.resize(filled);
  return Bytes(std::move(content));
}

}  // namespace tessera::tool
