#pragma once

#include <tessera/primitives/result.h>
#include <tessera/storage/group_record.h>
#include <tessera/storage/rocks/internal/database.h>

#include <memory>
#include <optional>
#include <vector>

/// What one batch does to one group, however many writes it merges.
///
/// The writes are folded in order; only their outcome reaches the disk, so entries that are
/// overwritten within the batch never do, and entries of several writes share packs. Made on the
/// stack while `GroupTable::writing` is held, used by one thread.
namespace tessera::storage::rocks {

class GroupChange {
 public:
  GroupChange(GroupId group, std::shared_ptr<const GroupRecord> before);

  void fold(const GroupWrite& write);

  /// Adds everything to `batch`. `damaged` if it has to cut a pack that is not as it was written.
  [[nodiscard]] Result<void> add_to(rocksdb::WriteBatch& batch, const Database& database);

  /// The group as it is after the batch.
  [[nodiscard]] const GroupRecord& after() const { return after_; }
  [[nodiscard]] bool moves_base() const { return after_.base != before_->base; }
  /// True if it changes what others may be told as soon as it is durable and must never be told
  /// otherwise: a term, a vote, what the group and its store are.
  [[nodiscard]] bool promises() const;

 private:
  [[nodiscard]] Result<void> cut_stored(rocksdb::WriteBatch& batch, const Database& database);
  void add_staged(rocksdb::WriteBatch& batch, const Database& database);
  void add_records(rocksdb::WriteBatch& batch, const Database& database) const;

  GroupId group_;
  std::shared_ptr<const GroupRecord> before_;
  GroupRecord after_;
  std::vector<RawEntry> staged_;  // contiguous, up to after_.last; the rest is on the disk
  std::optional<Index> cut_;      // what is on the disk from here on is overwritten
  bool discards_all_ = false;     // nothing of the log on the disk is held any more
  bool identity_changes_ = false;
  bool witness_changes_ = false;
};

}  // namespace tessera::storage::rocks
