#pragma once

#include <tessera/primitives/result.h>
#include <tessera/storage/group_record.h>
#include <tessera/storage/rocks/internal/database.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

/// The records of the groups held, as the disk has them.
///
/// Owned by the store, shared by its log and its snapshots. Any thread may look a record up; they
/// change only while `writing` is held, after what they say has become durable.
namespace tessera::storage::rocks {

class GroupTable {
 public:
  explicit GroupTable(const Database& database) : database_(database) {}

  /// Held by whoever changes a group, so that changes follow one another.
  [[nodiscard]] std::mutex& writing() { return writing_; }

  /// The group's record; a fresh one if nothing is held. `damaged` if it fails its checks, or, to
  /// those who do not hold `writing`, if the group's first write is under way.
  [[nodiscard]] Result<std::shared_ptr<const GroupRecord>> find(GroupId group);

  void set(GroupId group, std::shared_ptr<const GroupRecord> record);
  void forget(GroupId group);

  /// The groups held, in order.
  [[nodiscard]] Result<std::vector<GroupId>> groups() const;

 private:
  [[nodiscard]] Result<std::shared_ptr<const GroupRecord>> load(GroupId group) const;

  const Database& database_;
  std::mutex writing_;
  std::mutex mutex_;
  std::map<GroupId, std::shared_ptr<const GroupRecord>> records_;  // guarded by mutex_
};

}  // namespace tessera::storage::rocks
