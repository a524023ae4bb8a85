#pragma once

#include <tessera/runtime/tool/backup/manifest.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// A backup as a plain folder: its files, and a MANIFEST that comes last (docs/decisions/0501).
/// Blocks on the disk; one thread at a time.
namespace tessera::tool {

/// Puts a backup together. What is left if it does not get to the end has no MANIFEST.
class BackupWriter {
 public:
  /// In `folder`, which must be empty or not exist.
  [[nodiscard]] static Result<BackupWriter> create(const std::filesystem::path& folder);

  /// Adds a file; durable no later than `finish`.
  [[nodiscard]] Result<void> add(const std::string& name, ByteView content);
  /// The backup is there, and durable, when it returns. `manifest` gets the files.
  [[nodiscard]] Result<void> finish(BackupManifest& manifest);

 private:
  explicit BackupWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
  std::vector<BackupFile> files_;
  std::vector<std::filesystem::path> inner_folders_;
};

/// The backup's manifest, checked. `not_found` if there is no such folder, `damaged` if it has no
/// MANIFEST: the backup was not finished.
[[nodiscard]] Result<BackupManifest> read_backup_manifest(const std::filesystem::path& folder);

/// The file, checked against the manifest. `damaged` naming it if it is missing or differs.
[[nodiscard]] Result<Bytes> read_backup_file(const std::filesystem::path& folder,
                                             const BackupFile& file);

/// The file `name`, which the manifest must list.
[[nodiscard]] Result<Bytes> read_backup_file(const std::filesystem::path& folder,
                                             const BackupManifest& manifest, std::string_view name);

/// What became of one check.
struct BackupCheck {
  std::string name;
  std::uint64_t bytes = 0;
  std::optional<Error> failure;
};

/// Checks everything: the digest of each file, and that together they are a backup. `each` hears of
/// every check; the answer is whether all of them hold. Errors as of `read_backup_manifest`.
[[nodiscard]] Result<bool> verify_backup(const std::filesystem::path& folder,
                                         const std::function<void(const BackupCheck&)>& each);

}  // namespace tessera::tool
