#include <tessera/storage/rocks/internal/data_directory.h>
#include <tessera/storage/rocks/internal/meta_records.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace tessera::storage::rocks {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view format_file = "FORMAT";
constexpr std::string_view format_file_unfinished = "FORMAT.new";
constexpr std::string_view format_line_start = "tessera store, format ";

[[nodiscard]] Error refused(const fs::path& path, const rocksdb::Status& status) {
  return {status.IsNoSpace() ? Errc::storage_failed : Errc::io_failed,
          "the data directory '" + path.string() + "' cannot be used: " + status.ToString()};
}

[[nodiscard]] Result<void> check_format(const fs::path& path, rocksdb::Env* env) {
  std::string text;
  const rocksdb::Status read = rocksdb::ReadFileToString(env, (path / format_file).string(), &text);
  if (!read.ok()) {
    return refused(path, read);
  }
  const auto format = stated_format(text);
  if (!format) {
    return Error(Errc::foreign,
                 "the FORMAT file in '" + path.string() + "' is not that of a tessera store");
  }
  if (*format != store_format) {
    const std::string_view advice =
        *format > store_format ? "use the newer version that wrote it" : "it was never released";
    return Error(Errc::version_mismatch,
                 "the store in '" + path.string() + "' has format " + std::to_string(*format) +
                     ", this version reads and writes format " + std::to_string(store_format) +
                     ": " + std::string(advice));
  }
  return {};
}

/// FORMAT appears complete or not at all.
[[nodiscard]] Result<void> write_format(const fs::path& path, rocksdb::Env* env) {
  const std::string line = format_line(store_format);
  const rocksdb::Status status =
      write_whole(path, {format_file, format_file_unfinished, line}, env);
  if (!status.ok()) {
    return refused(path, status);
  }
  return {};
}

/// What the folder holds. Not by RocksDB, which calls a folder that may not be read missing.
[[nodiscard]] Result<std::vector<std::string>> names_in(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code failed;
  fs::directory_iterator file(path, failed);
  while (!failed && file != fs::directory_iterator()) {
    names.push_back(file->path().filename().string());
    file.increment(failed);
  }
  if (failed) {
    return Error(Errc::io_failed,
                 "the data directory '" + path.string() + "' cannot be read: " + failed.message());
  }
  return names;
}

/// The folder exists afterwards, and its name is durable.
[[nodiscard]] Result<void> make_folder(const fs::path& path, rocksdb::Env* env) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (fs::is_directory(status)) {
    return {};
  }
  if (fs::exists(status)) {
    return Error(Errc::io_failed, "the data directory '" + path.string() + "' is not a folder");
  }
  fs::create_directories(path, failed);
  if (failed) {
    return Error(Errc::io_failed,
                 "the data directory '" + path.string() + "' cannot be made: " + failed.message());
  }
  const fs::path absolute = fs::absolute(path, failed).lexically_normal();
  const fs::path parent =
      (absolute.has_filename() ? absolute : absolute.parent_path()).parent_path();
  if (const rocksdb::Status synced = sync_directory(parent, env); !synced.ok()) {
    return refused(path, synced);
  }
  return {};
}

}  // namespace

std::string format_line(std::uint32_t format) {
  return std::string(format_line_start) + std::to_string(format) + "\n";
}

std::optional<std::uint32_t> stated_format(std::string_view text) {
  if (!text.starts_with(format_line_start)) {
    return std::nullopt;
  }
  text.remove_prefix(format_line_start.size());
  std::uint32_t format = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), format);
  const std::string_view rest(parsed.ptr, text.data() + text.size());
  if (parsed.ec != std::errc() || rest != "\n") {
    return std::nullopt;
  }
  return format;
}

rocksdb::Status sync_directory(const fs::path& path, rocksdb::Env* env) {
  std::unique_ptr<rocksdb::Directory> directory;
  const rocksdb::Status opened = env->NewDirectory(path.string(), &directory);
  return opened.ok() ? directory->Fsync() : opened;
}

rocksdb::Status write_whole(const fs::path& path, const WholeFile& file, rocksdb::Env* env) {
  const std::string unfinished = (path / file.unfinished).string();
  const rocksdb::Slice content(file.content.data(), file.content.size());
  rocksdb::Status status =
      rocksdb::WriteStringToFile(env, content, unfinished, /*should_sync=*/true);
  if (status.ok()) {
    status = env->RenameFile(unfinished, (path / file.name).string());
  }
  if (status.ok()) {
    status = sync_directory(path, env);
  }
  return status;
}

Result<void> prepare_directory(const fs::path& path, rocksdb::Env* env) {
  if (path.empty()) {
    return Error(Errc::io_failed, "the data directory has no name");
  }
  if (auto made = make_folder(path, env); !made) {
    return made;
  }
  const auto listed = names_in(path);
  if (!listed) {
    return listed.error();
  }
  std::vector<std::string> names = *listed;
  if (std::ranges::find(names, format_file) != names.end()) {
    return check_format(path, env);
  }
  std::erase_if(names, [](const std::string& name) { return name == format_file_unfinished; });
  if (std::ranges::find(names, "CURRENT") != names.end()) {
    return Error(Errc::foreign,
                 "'" + path.string() + "' holds a RocksDB database that is not a tessera store");
  }
  if (!names.empty()) {
    return Error(Errc::foreign, "'" + path.string() + "' is not a tessera store and not empty ('" +
                                    *std::ranges::min_element(names) +
                                    "'); give the node a folder of its own");
  }
  return write_format(path, env);
}

Result<void> find_store(const fs::path& path, rocksdb::Env* env) {
  std::error_code failed;
  const fs::file_status status = fs::status(path / format_file, failed);
  if (status.type() == fs::file_type::not_found) {
    return Error(Errc::not_found, "there is no tessera store in '" + path.string() + "'");
  }
  if (status.type() == fs::file_type::none) {
    return Error(Errc::io_failed,
                 "the data directory '" + path.string() + "' cannot be read: " + failed.message());
  }
  return check_format(path, env);
}

}  // namespace tessera::storage::rocks
