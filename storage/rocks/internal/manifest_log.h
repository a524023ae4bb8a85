#pragma once

#include <tessera/storage/rocks/internal/seal.h>

#include <rocksdb/env.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

/// RocksDB's MANIFEST, the log in which it writes which files make up the database.
///
/// RocksDB takes a record that reaches beyond the end of this file for one that a crash cut off,
/// and opens the database as it was before: a flipped bit in a length takes everything behind it
/// back. And a torn end that a crash leaves may look like damage to it. So this reads the file
/// first, and knows how much of it was durable.
namespace tessera::storage::rocks {

/// How much of which MANIFEST has been synced. Its encoding is part of the stored format.
struct ManifestMark {
  static constexpr RecordKind kind = RecordKind::manifest_mark;
  std::uint64_t number = 0;  ///< of the file
  std::uint64_t bytes = 0;

  auto operator<=>(const ManifestMark&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number, bytes);
  }
};

/// Where the last of the records ends up to which all are as they were written. A pure function of
/// the file's content.
[[nodiscard]] std::size_t sound_bytes(std::string_view manifest);

/// The number of the MANIFEST that `name`, a path or a line of CURRENT, names; nothing for others.
[[nodiscard]] std::optional<std::uint64_t> manifest_number(std::string_view name);

/// Notes how much of the MANIFEST that is written is durable. Any thread.
class ManifestWatch {
 public:
  virtual ~ManifestWatch() = default;
  /// Of the newest file; nothing before one has been synced.
  [[nodiscard]] virtual std::optional<ManifestMark> durable() const = 0;
};

struct WatchedFiles {
  std::shared_ptr<rocksdb::FileSystem> files;
  std::shared_ptr<const ManifestWatch> manifest;
};
/// Called before another MANIFEST becomes the one in use, with how much of it is durable. If it
/// fails, the old one stays in use.
using ManifestSwitch = std::function<rocksdb::Status(const ManifestMark&)>;
/// `files`, watched.
[[nodiscard]] WatchedFiles watch_manifest(const std::shared_ptr<rocksdb::FileSystem>& files,
                                          ManifestSwitch about_to_switch);

/// `files`, in which that MANIFEST ends where `end` says. Nothing on the disk changes.
[[nodiscard]] std::shared_ptr<rocksdb::FileSystem> manifest_cut_at(
    const std::shared_ptr<rocksdb::FileSystem>& files, const ManifestMark& end);

}  // namespace tessera::storage::rocks
