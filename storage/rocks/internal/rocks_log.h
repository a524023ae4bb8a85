#pragma once

#include <tessera/storage/rocks/internal/database.h>
#include <tessera/storage/rocks/internal/group_change.h>
#include <tessera/storage/rocks/internal/group_table.h>
#include <tessera/storage/rocks/internal/snapshot_parts.h>
#include <tessera/storage/store.h>

#include <map>

/// `LogStore` on RocksDB. Owned by the store; any thread.
namespace tessera::storage::rocks {

class RocksLog final : public LogStore {
 public:
  /// All must outlive the log. `sweep_bytes_min`: see `Surroundings`.
  RocksLog(Database& database, GroupTable& table, SnapshotParts& parts, std::size_t sweep_bytes_min)
      : database_(database), table_(table), parts_(parts), sweep_bytes_min_(sweep_bytes_min) {}

  Result<GroupRecord> open(GroupId group) override;
  Result<std::vector<GroupId>> groups() override { return table_.groups(); }
  Result<void> write(std::span<const GroupWrite> writes) override;
  Result<std::vector<RawEntry>> read(GroupId group, ReadRange range) override;
  Result<void> erase(GroupId group) override;
  Result<void> raise_watermark() override { return database_.raise_watermark(); }

 private:
  using Changes = std::map<GroupId, GroupChange>;

  [[nodiscard]] Result<std::vector<RawEntry>> read_unlocked(GroupId group, const ReadRange& range);
  [[nodiscard]] Result<void> fold(Changes& changes, const GroupWrite& write);
  void sweep(GroupId group, const GroupRecord& record);
  [[nodiscard]] Result<void> verify(GroupId group, const GroupRecord& record) const;
  [[nodiscard]] Error refuse_from_now_on(GroupId group, Error error);

  Database& database_;
  GroupTable& table_;
  SnapshotParts& parts_;
  std::size_t sweep_bytes_min_;
  // Both guarded by table_.writing().
  std::map<GroupId, Error> refused_;  // groups found damaged: nothing more is written to them
  std::map<GroupId, Index> swept_;    // packs that begin below are deleted already
};

}  // namespace tessera::storage::rocks
