#pragma once

#include <tessera/primitives/result.h>

#include <rocksdb/env.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tessera::storage::rocks {

/// Makes `path` a store's folder or finds that it is one, before RocksDB touches anything in it.
///
/// A store's folder holds a file FORMAT, which says in one line what the folder is and in which
/// format. It is made first, durably; whatever a crash leaves after that is a store.
///
/// Errors: `io_failed`, `foreign`, `version_mismatch`, `storage_failed`, each naming the path.
[[nodiscard]] Result<void> prepare_directory(const std::filesystem::path& path, rocksdb::Env* env);

/// The same for whoever wants to read: nothing is made. `not_found` if `path` is no store's folder.
[[nodiscard]] Result<void> find_store(const std::filesystem::path& path, rocksdb::Env* env);

/// What the FORMAT file of a store of `format` says.
[[nodiscard]] std::string format_line(std::uint32_t format);

/// The format that the FORMAT file's `text` states; nothing if it is not one of ours.
[[nodiscard]] std::optional<std::uint32_t> stated_format(std::string_view text);

struct WholeFile {
  std::string_view name;
  std::string_view unfinished;  ///< its name until all of it is there
  std::string_view content;
};
/// Makes `file` in `path`, or puts it in the place of the one of its name, durably: a crash leaves
/// it whole or as it was before.
[[nodiscard]] rocksdb::Status write_whole(const std::filesystem::path& path, const WholeFile& file,
                                          rocksdb::Env* env);

/// Makes the names of the files in `path` durable.
[[nodiscard]] rocksdb::Status sync_directory(const std::filesystem::path& path, rocksdb::Env* env);

}  // namespace tessera::storage::rocks
