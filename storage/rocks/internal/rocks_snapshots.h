#pragma once

#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/group_table.h>
#include <tessera/storage/store.h>

#include <span>
#include <vector>

/// `SnapshotStore` on RocksDB. Owned by the store; any thread.
///
/// The parts go into sorted files directly, past the write-ahead log, so that a large snapshot
/// neither is written twice nor makes the log's own syncs wait; the manifest that calls it complete
/// follows when they are durable.
namespace tessera::storage::rocks {

class RocksSnapshots final : public SnapshotStore {
 public:
  /// Both must outlive this.
  RocksSnapshots(Database& database, GroupTable& table) : database_(database), table_(table) {}

  Result<void> stage(GroupId group, SnapshotId id, const SnapshotManifest& manifest) override;
  Result<void> put_part(GroupId group, const SnapshotPart& part, ByteView data) override;
  Result<void> complete(GroupId group, SnapshotId id, const SnapshotManifest& manifest) override;
  Result<StoredSnapshot> find(GroupId group, SnapshotId id) override;
  Result<Bytes> part(GroupId group, const SnapshotPart& part) override;
  Result<std::vector<SnapshotId>> held(GroupId group) override;
  Result<void> drop_unused(GroupId group, std::span<const SnapshotId> keep) override;

 private:
  [[nodiscard]] Error not_there(GroupId group, const SnapshotPart& part) const;

  Database& database_;
  GroupTable& table_;
};

}  // namespace tessera::storage::rocks
