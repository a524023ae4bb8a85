#pragma once

#include <tessera/storage/group_record.h>

#include <deque>
#include <optional>

/// A group's record and entries from one point of view: as they are on a disk, or as a core has
/// asked for them to be. A value type.
namespace tessera::sim {

class GroupLog {
 public:
  [[nodiscard]] const storage::GroupRecord& record() const { return record_; }
  [[nodiscard]] Cursor base() const { return record_.base; }
  [[nodiscard]] Cursor last() const { return record_.last; }

  /// Ends the process if `write` contradicts what is held, as a store would.
  void apply(const storage::GroupWrite& write);

  /// The entry at `index`, if it is held.
  [[nodiscard]] const RawEntry* entry(Index index) const;
  /// The term at `index`, the base's included.
  [[nodiscard]] std::optional<Term> term_at(Index index) const;
  /// True if the log holds `position`; what lies at or below the base counts as held.
  [[nodiscard]] bool covers(const Cursor& position) const;

  struct Range {
    Index from;
    Index upto;
    std::size_t bytes_max = 0;
  };
  /// As `storage::LogStore::read`.
  [[nodiscard]] std::vector<RawEntry> read(Range range) const;

 private:
  storage::GroupRecord record_;
  std::deque<RawEntry> entries_;
};

}  // namespace tessera::sim
