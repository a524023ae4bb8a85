#include <tessera/runtime/internal/set_aside.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tessera::runtime {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] Error refused(const std::string& doing, const fs::path& path, int reason) {
  return {Errc::io_failed,
          doing + " '" + path.string() + "': " + std::generic_category().message(reason)};
}

/// Makes what was written to a file, or the names in a folder, durable.
[[nodiscard]] Result<void> sync(const fs::path& path) {
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) return refused("cannot open", path, errno);
  const int synced = ::fsync(opened);
  const int reason = errno;
  ::close(opened);
  if (synced != 0) return refused("cannot sync", path, reason);
  return {};
}

[[nodiscard]] fs::path folder_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

[[nodiscard]] Result<void> rename_durably(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::rename(from, to, failed);
  if (failed) return refused("cannot rename", from, failed.value());
  return sync(folder_of(to));
}

[[nodiscard]] std::string prefix_of(const fs::path& path) {
  return path.filename().string() + ".damaged-";
}

/// The numbers under which folders have been set aside for `path`, ascending.
[[nodiscard]] std::vector<std::uint64_t> numbers_in_use(const fs::path& path) {
  const std::string prefix = prefix_of(path);
  std::vector<std::uint64_t> numbers;
  std::error_code failed;
  for (fs::directory_iterator each(folder_of(path), failed);
       !failed && each != fs::directory_iterator(); each.increment(failed)) {
    const std::string name = each->path().filename().string();
    if (!name.starts_with(prefix)) continue;
    std::uint64_t number = 0;
    const char* end = name.data() + name.size();
    const auto read = std::from_chars(name.data() + prefix.size(), end, number);
    if (read.ec == std::errc() && read.ptr == end) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

[[nodiscard]] fs::path numbered(const fs::path& path, std::uint64_t number) {
  return folder_of(path) / (prefix_of(path) + std::to_string(number));
}

}  // namespace

Result<void> write_note(const fs::path& path, const std::string& text) {
  const fs::path unfinished = path.string() + ".tmp";
  {
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    file << text;
    file.flush();
    if (!file) return Error(Errc::io_failed, "cannot write '" + unfinished.string() + "'");
  }
  if (auto synced = sync(unfinished); !synced) return synced;
  return rename_durably(unfinished, path);
}

Result<std::optional<std::string>> read_note(const fs::path& path) {
  std::error_code failed;
  const bool there = fs::exists(path, failed);
  if (failed) return refused("cannot look for", path, failed.value());
  if (!there) return std::optional<std::string>();
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file) return Error(Errc::io_failed, "cannot read '" + path.string() + "'");
  return std::optional(std::move(text));
}

Result<fs::path> set_aside(const fs::path& path, std::size_t kept_max) {
  std::vector<std::uint64_t> numbers = numbers_in_use(path);
  numbers.push_back(numbers.empty() ? 1 : numbers.back() + 1);
  const fs::path aside = numbered(path, numbers.back());
  if (auto renamed = rename_durably(path, aside); !renamed) return std::move(renamed).error();
  for (std::size_t at = 0; at + kept_max < numbers.size(); ++at) {
    std::error_code failed;
    fs::remove_all(numbered(path, numbers[at]), failed);
    if (failed) return refused("cannot delete", numbered(path, numbers[at]), failed.value());
  }
  return aside;
}

}  // namespace tessera::runtime
