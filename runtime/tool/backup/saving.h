#pragma once

#include <tessera/primitives/result.h>
#include <tessera/runtime/tool/backup/manifest.h>
#include <tessera/storage/store.h>

#include <atomic>
#include <filesystem>

/// Copies a group out of a store into a backup. Blocks on the disk; any thread.
namespace tessera::tool {

struct Saving {
  GroupId group;
  PeerId owner;  ///< of the store
  std::filesystem::path folder;
  /// Also what the log holds beyond what this store knows to be committed.
  bool uncommitted = false;
  /// Whoever sets it ends the work, with `group_closed`. May be null.
  const std::atomic<bool>* give_up = nullptr;
};

/// Saves the group's newest snapshot and the log behind it. The store may be in use: what goes
/// while it is copied is copied anew. Errors: `not_found` (the group is not held, or has not been
/// founded), `damaged` (what is held fails its checks: no backup is made of it), and those of
/// writing.
[[nodiscard]] Result<BackupManifest> save_backup(storage::LogStore& log,
                                                 storage::SnapshotStore& snapshots,
                                                 const Saving& saving);

}  // namespace tessera::tool
