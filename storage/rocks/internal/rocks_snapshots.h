#pragma once

#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/group_table.h>
#include <tessera/storage/store.h>

#include <mutex>
#include <set>
#include <utility>
#include <vector>

/// `SnapshotStore` on RocksDB. Owned by the store; any thread.
///
/// A snapshot is a run of parts: its anchor and its state, one after the other, cut into chunks,
/// and a manifest. The chunks go into sorted files directly, past the write-ahead log, so that a
/// large snapshot neither is written twice nor makes the log's own syncs wait; the manifest follows
/// when they are durable. What a crash leaves without coming into force is replaced when its name
/// is given out again, or dropped with the other unused ones.
namespace tessera::storage::rocks {

class RocksSnapshots final : public SnapshotStore {
 public:
  /// Both must outlive this.
  RocksSnapshots(Database& database, GroupTable& table) : database_(database), table_(table) {}

  Result<void> put(GroupId group, SnapshotId id, const Snapshot& snapshot) override;
  Result<Snapshot> load(GroupId group, SnapshotId id) override;
  Result<void> drop_unused(GroupId group, SnapshotId keep) override;

 private:
  [[nodiscard]] Result<void> drop_leftover(GroupId group, SnapshotId id);
  [[nodiscard]] Result<void> put_parts(GroupId group, SnapshotId id, const Snapshot& snapshot);
  [[nodiscard]] Result<std::vector<SnapshotId>> stored(GroupId group) const;

  Database& database_;
  GroupTable& table_;
  std::mutex mutex_;
  std::set<std::pair<GroupId, SnapshotId>> unfinished_;  // guarded by mutex_; being put now
};

}  // namespace tessera::storage::rocks
