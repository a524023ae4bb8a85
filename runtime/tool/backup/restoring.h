#pragma once

#include <tessera/primitives/result.h>
#include <tessera/runtime/tool/backup/manifest.h>

#include <filesystem>

/// Makes a node's data folder out of a backup (docs/decisions/0501). Blocks on the disk.
namespace tessera::tool {

struct Restoring {
  enum class As {
    founder,  ///< of a new group, which holds what the old one held and has no other member
    member,   ///< one more member of the group, which lives
  };
  std::filesystem::path backup;
  std::filesystem::path data_dir;  ///< empty but for an identity, or not there
  As as = As::member;
};

struct Restored {
  BackupManifest backup;
  MemberId member;
  GenesisId genesis;       ///< of the group it belongs to from now on
  Cursor last;             ///< the end of the log restored
  std::uint64_t left = 0;  ///< entries of the backup that were not: not known to be committed
};

/// The data folder is complete and durable when this returns. One that was left half-way is refused
/// by every node. Errors: those of `verify_backup`, `not_allowed` (the folder is in use for
/// something), and those of writing.
[[nodiscard]] Result<Restored> restore_backup(const Restoring& restoring);

}  // namespace tessera::tool
