#pragma once

#include <tessera/storage/store.h>

namespace tessera::core {

/// A snapshot in this member's store.
struct KeptSnapshot {
  storage::SnapshotId id;
  storage::SnapshotManifest manifest;

  [[nodiscard]] storage::SnapshotRef reference() const { return {id, manifest.position}; }
};

}  // namespace tessera::core
