#pragma once

#include <tessera/storage/group_record.h>
#include <tessera/storage/raw_entry.h>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

/// A member's log as the core holds it: its bounds, the term of every entry, and the recent
/// entries themselves. Older entries are in the store and come back through an effect.
///
/// Owned by `Raft`, used on its thread only.
namespace tessera::core {

class Log {
 public:
  Log() = default;

  /// The log as a start found it. `recent` is contiguous and ends at `record.last`.
  Log(const storage::GroupRecord& record, std::vector<RawEntry> recent);

  /// The position before the first entry held.
  [[nodiscard]] Cursor base() const { return base_; }
  /// The position of the last entry; the base if there is none.
  [[nodiscard]] Cursor last() const { return last_; }

  /// The term of the entry at `index`, or of the base; nothing outside of [base, last].
  [[nodiscard]] std::optional<Term> term_at(Index index) const;
  /// True if the entry at the cursor's index is held, or was the base, with the cursor's term.
  [[nodiscard]] bool holds(const Cursor& position) const;
  /// The cursor of the entry at `index`, which must be held or be the base.
  [[nodiscard]] Cursor cursor_at(Index index) const;

  /// The largest position at or below `limit`'s index whose term is not above `limit`'s term:
  /// the furthest that a log ending in `limit` can match this one.
  [[nodiscard]] Cursor last_that_may_match(const Cursor& limit) const;

  /// Adds entries that follow the last one.
  void append(const std::vector<RawEntry>& entries);
  /// Drops the entries from `index` on.
  void truncate_from(Index index);
  /// Drops the entries up to and with `position`, which is held.
  void prune_upto(const Cursor& position);
  /// Empties the log behind `base`.
  void reset(const Cursor& base);

  /// The first index of the entries in memory; one past the last if there are none.
  [[nodiscard]] Index first_recent() const { return last_.index + 1 - recent_.size(); }
  /// The entry at `index` if it is in memory.
  [[nodiscard]] const RawEntry* recent(Index index) const;

  /// Entries in memory from `from` on: at least one, then while they sum to at most `bytes_max`.
  /// Nothing if `from` is not in memory.
  struct Range {
    Index from;
    std::size_t bytes_max = 0;
  };
  [[nodiscard]] std::vector<RawEntry> recent_range(Range range) const;

  /// Bytes of the entries from `from` up to `upto`, if all of them are in memory.
  struct Span {
    Index from;
    Index upto;
  };
  [[nodiscard]] std::optional<std::uint64_t> bytes_in(Span span) const;

  /// Forgets the oldest entries in memory up to `upto` while more than `bytes_max` are held.
  struct Eviction {
    Index upto;
    std::size_t bytes_max = 0;
  };
  void evict(Eviction eviction);

  void check_invariants() const;

 private:
  struct Held {
    RawEntry entry;
    std::uint64_t end_offset = 0;  ///< bytes of all entries appended up to and with this one
  };

  Cursor base_;
  Cursor last_;
  std::map<Index, Term> runs_;  ///< first index of each stretch of one term
  std::deque<Held> recent_;     ///< ends at `last_`
  std::uint64_t offset_ = 0;    ///< of the end of the log
};

}  // namespace tessera::core
