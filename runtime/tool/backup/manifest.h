#pragma once

#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/member_id.h>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What stands in a backup's MANIFEST, which people can read and check: one fact a line, each file
/// with its size and what `b2sum -l 256` prints for it, at the end the digest of all lines above.
namespace tessera::tool {

/// The format this build writes. A backup of another one is not restored.
inline constexpr std::uint32_t backup_format = 1;
inline constexpr std::string_view manifest_name = "MANIFEST";

struct BackupFile {
  std::string name;  ///< relative to the backup's folder
  std::uint64_t size = 0;
  UniqueId digest;

  bool operator==(const BackupFile&) const = default;
};

/// A value.
struct BackupManifest {
  GroupId group;
  GenesisId genesis;
  MemberId taken_from;
  std::string taken_at;            ///< in UTC, for people
  std::optional<Cursor> snapshot;  ///< the position of the state in `parts`; none: the log is all
  std::uint32_t parts = 0;
  Cursor last;      ///< the last entry in `log`, or the snapshot's position
  Index committed;  ///< up to here the group has agreed on it, as far as was known
  std::uint64_t entries = 0;
  std::vector<BackupFile> files;

  [[nodiscard]] std::uint64_t bytes() const;
  [[nodiscard]] const BackupFile* find(std::string_view name) const;

  bool operator==(const BackupManifest&) const = default;
};

/// The names of the files.
inline constexpr std::string_view certificate_name = "genesis";
inline constexpr std::string_view anchor_name = "anchor";
inline constexpr std::string_view contents_name = "contents";
[[nodiscard]] std::string part_file(std::uint32_t number);
[[nodiscard]] std::string log_file(std::uint32_t number);

[[nodiscard]] std::string to_text(const BackupManifest& manifest);
/// What programs want to know of it.
[[nodiscard]] nlohmann::json backup_json(const BackupManifest& manifest);

/// `damaged` naming `path` and the line that fails, `foreign` if it is something else,
/// `version_mismatch` naming both formats.
[[nodiscard]] Result<BackupManifest> parse_manifest(std::string_view text,
                                                    const std::filesystem::path& path);

}  // namespace tessera::tool
