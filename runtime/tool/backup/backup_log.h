#pragma once

#include <tessera/groups/core/founding/certificate.h>
#include <tessera/runtime/tool/backup/manifest.h>
#include <tessera/storage/raw_entry.h>
#include <tessera/storage/store.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

/// What the files of a backup hold. Blocks on the disk; one thread at a time.
namespace tessera::tool {

/// Entries in one file of `log/`; each file holds at least one.
inline constexpr std::size_t log_file_bytes = std::size_t{4} << 20U;

[[nodiscard]] Bytes encode_log_file(std::span<const RawEntry> entries);

/// Reads the log of a backup, file after file. Checks digests, and that the entries follow one
/// another from the snapshot on up to the last one.
class BackupLog {
 public:
  BackupLog(std::filesystem::path folder, const BackupManifest& manifest);

  /// The next file's entries; empty behind the last one. `damaged` naming the file.
  [[nodiscard]] Result<std::vector<RawEntry>> next();

 private:
  std::filesystem::path folder_;
  const BackupManifest& manifest_;
  std::uint32_t file_ = 0;
  Cursor last_;
};

/// The group's certificate, which must be genuine.
[[nodiscard]] Result<core::Certificate> read_certificate(const std::filesystem::path& folder,
                                                         const BackupManifest& manifest);

/// What the store kept of the snapshot, which the backup must have.
[[nodiscard]] Result<storage::SnapshotManifest> read_snapshot_manifest(
    const std::filesystem::path& folder, const BackupManifest& manifest);

}  // namespace tessera::tool
