#pragma once

#include <tessera/storage/rocks/internal/watermark.h>

#include <rocksdb/env.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

/// A store's files, for doing to them what no program should.
namespace tessera::storage::testing {

/// The newest file in the store with this extension.
inline std::filesystem::path newest_file(const std::filesystem::path& folder,
                                         const std::string& extension) {
  std::filesystem::path newest;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == extension && file.path() > newest && file.file_size() > 0) {
      newest = file.path();
    }
  }
  return newest;
}

/// Flips one bit of the byte at `offset`.
inline void flip_in_file(const std::filesystem::path& path, std::streamoff offset) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(offset);
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(offset);
  file.put(byte);
}

/// How much of the file is used: a write-ahead log goes on in zeros.
inline std::uintmax_t used_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return content.find_last_not_of('\0') + 1;
}

/// What lies behind `offset` reads as zeros, as what did not reach the disk of such a log.
inline void lose_behind(const std::filesystem::path& path, std::uintmax_t offset) {
  const auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, offset);
  std::filesystem::resize_file(path, size);
}

inline void cut_file(const std::filesystem::path& path, std::uintmax_t bytes) {
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - bytes);
}

/// The files as they are at this moment, while the store may be open: what a kill -9 leaves.
inline void copy_store(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  std::filesystem::remove(to / "LOCK");
}

/// What the watermark of the store in `folder` states; nothing if there is no such file.
inline std::optional<rocks::WatermarkRecord> watermark_of(const std::filesystem::path& folder) {
  rocks::Watermark watermark(folder, rocksdb::Env::Default());
  const auto stated = watermark.read();
  return stated ? *stated : std::nullopt;
}

}  // namespace tessera::storage::testing
