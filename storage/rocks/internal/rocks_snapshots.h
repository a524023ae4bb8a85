#pragma once

#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/group_table.h>
#include <tessera/storage/rocks/internal/snapshot_parts.h>
#include <tessera/storage/store.h>

#include <span>
#include <vector>

/// `SnapshotStore` on RocksDB. Owned by the store; any thread.
///
/// The parts of a large snapshot become sorted files, past the write-ahead log, so that it neither
/// is written twice nor makes the log's own syncs wait; the manifest that calls it complete follows
/// when they are durable. A small one is written together with its manifest.
namespace tessera::storage::rocks {

class RocksSnapshots final : public SnapshotStore {
 public:
  /// All must outlive this.
  RocksSnapshots(Database& database, GroupTable& table, SnapshotParts& parts)
      : database_(database), table_(table), parts_(parts) {}

  Result<void> stage(GroupId group, SnapshotId id, const SnapshotManifest& manifest) override;
  Result<void> put_part(GroupId group, const SnapshotPart& part, ByteView data) override;
  Result<void> complete(GroupId group, SnapshotId id, const SnapshotManifest& manifest) override;
  Result<StoredSnapshot> find(GroupId group, SnapshotId id) override;
  Result<Bytes> part(GroupId group, const SnapshotPart& part) override;
  Result<std::vector<SnapshotId>> held(GroupId group) override;
  Result<void> drop_unused(GroupId group, std::span<const SnapshotId> keep) override;

 private:
  /// Deletes all of a snapshot with `batch`.
  void drop(rocksdb::WriteBatch& batch, GroupId group, SnapshotId id);
  /// Gives the space of deleted snapshots back.
  void free(GroupId group, std::span<const SnapshotId> deleted);
  [[nodiscard]] Error not_there(GroupId group, const SnapshotPart& part) const;

  Database& database_;
  GroupTable& table_;
  SnapshotParts& parts_;
};

}  // namespace tessera::storage::rocks
