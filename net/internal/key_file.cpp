#include <tessera/net/internal/key_file.h>
#include <tessera/primitives/random.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tessera::net {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Error system_error(std::string_view what, const std::filesystem::path& path) {
  const std::string reason = std::generic_category().message(errno);
  return {Errc::io_failed, std::string(what) + " " + path.string() + ": " + reason};
}

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777U));
  return text.data();
}

Result<void> write_all(int file, const std::filesystem::path& path, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_error("cannot write", path);
    content = content.subspan(static_cast<std::size_t>(written));
  }
  if (::fsync(file) != 0) return system_error("cannot sync", path);
  return {};
}

Result<void> rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EEXIST) return Error(Errc::foreign, to.string() + " exists already");
  // Some file systems do not know the flag. A hard link refuses an existing name just as well.
  if (errno != EINVAL && errno != ENOSYS) return system_error("cannot create", to);
  if (::link(from.c_str(), to.c_str()) != 0) {
    if (errno == EEXIST) return Error(Errc::foreign, to.string() + " exists already");
    return system_error("cannot create", to);
  }
  ::unlink(from.c_str());
  return {};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() < 0 || ::fsync(opened.number()) != 0) {
    return system_error("cannot sync the folder", folder);
  }
  return {};
}

}  // namespace

Result<KeyFileContent> read_key_file(const std::filesystem::path& path,
                                     std::span<std::uint8_t> buffer) {
  // O_NONBLOCK: a pipe in the file's place must not hang the start.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) {
    if (errno == ENOENT) return Error(Errc::not_found, path.string() + " does not exist");
    return system_error("cannot open", path);
  }
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return system_error("cannot examine", path);
  if (!S_ISREG(status.st_mode)) {
    return Error(Errc::foreign, "the key file " + path.string() + " is not a regular file");
  }
  if ((status.st_mode & 077U) != 0) {
    return Error(Errc::not_allowed,
                 "the key file " + path.string() + " has mode " + octal(status.st_mode) +
                     ", so others can get at the secret key; run: chmod 600 " + path.string());
  }
  KeyFileContent content;
  while (content.size < buffer.size()) {
    const std::span<std::uint8_t> rest = buffer.subspan(content.size);
    const ssize_t got = ::read(file.number(), rest.data(), rest.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", path);
    if (got == 0) break;
    content.size += static_cast<std::size_t>(got);
  }
  content.is_whole = static_cast<std::uint64_t>(status.st_size) == content.size;
  return content;
}

Result<void> write_key_file(const std::filesystem::path& path, ByteView content) {
  std::filesystem::path temporary = path;
  temporary += std::to_string(system_entropy());
  temporary += ".tmp";
  Result<void> outcome;
  {
    const Descriptor file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.number() < 0) return system_error("cannot create", temporary);
    outcome = write_all(file.number(), temporary, content);
  }
  if (outcome) outcome = rename_to_new(temporary, path);
  if (!outcome) {
    ::unlink(temporary.c_str());
    return outcome;
  }
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  return sync_folder(folder);
}

}  // namespace tessera::net
