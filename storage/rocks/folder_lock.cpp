#include <tessera/storage/rocks/internal/folder_lock.h>

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tessera::storage::rocks {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] Error failed(const fs::path& folder, int error) {
  return {Errc::io_failed, "the store in '" + folder.string() + "' cannot be locked for reading: " +
                               std::generic_category().message(error)};
}

[[nodiscard]] Error in_use(const fs::path& folder, const std::string& by) {
  return {Errc::io_failed,
          "the store in '" + folder.string() + "' is in use by " + by + ": stop that node first"};
}

/// This process has the file open. POSIX locks belong to a process: taking one would succeed, and
/// giving it back would take away the database's own.
[[nodiscard]] bool open_here(const fs::path& file) {
  struct stat wanted {};
  if (stat(file.c_str(), &wanted) != 0) {
    return false;
  }
  std::error_code error;
  fs::directory_iterator each("/proc/self/fd", error);
  for (; !error && each != fs::directory_iterator(); each.increment(error)) {
    struct stat held {};
    if (stat(each->path().c_str(), &held) == 0 && held.st_dev == wanted.st_dev &&
        held.st_ino == wanted.st_ino) {
      return true;
    }
  }
  return false;
}

[[nodiscard]] struct flock whole_file(short kind) {
  struct flock lock {};
  lock.l_type = kind;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

Result<FolderLock> FolderLock::take(const fs::path& folder) {
  const fs::path path = folder / "LOCK";
  if (open_here(path)) {
    return in_use(folder, "this process");
  }
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return errno == ENOENT ? Result<FolderLock>(FolderLock(-1)) : failed(folder, errno);
  }
  FolderLock lock(file);
  struct flock wanted = whole_file(F_RDLCK);
  if (fcntl(file, F_SETLK, &wanted) == 0) {
    return lock;
  }
  if (errno != EACCES && errno != EAGAIN) {
    return failed(folder, errno);
  }
  struct flock holder = whole_file(F_RDLCK);
  const bool known = fcntl(file, F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK;
  return in_use(folder, known && holder.l_pid > 0 ? "process " + std::to_string(holder.l_pid)
                                                  : "another process");
}

FolderLock::~FolderLock() {
  if (file_ >= 0) {
    close(file_);
  }
}

}  // namespace tessera::storage::rocks
