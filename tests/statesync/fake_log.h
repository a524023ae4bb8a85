#pragma once

#include <tessera/groups/catch_up.h>

#include <deque>

/// A member's log in the tests of the strategies: whole in memory, but of a settable part of it
/// says that it is on the disk. A value.
namespace tessera::tests {

class FakeLog final : public LogWindow {
 public:
  [[nodiscard]] Cursor base() const override { return base_; }
  [[nodiscard]] Cursor last() const override {
    return entries_.empty() ? base_ : entries_.back().position;
  }
  [[nodiscard]] std::optional<Term> term_at(Index index) const override;
  [[nodiscard]] std::optional<LogEntry> recent(Index index) const override;

  [[nodiscard]] bool holds(const Cursor& position) const {
    return term_at(position.index) == position.term;
  }
  [[nodiscard]] std::optional<LogEntry> at(Index index) const;
  [[nodiscard]] std::vector<LogEntry> read(Index from, std::size_t bytes_max) const;

  void append(RawEntry entry);
  /// Entries from `index` on give way.
  void truncate_from(Index index);
  void prune_upto(Index index);
  void reset(Cursor base);
  /// Entries below are on the disk only.
  void recent_from(Index index) { recent_from_ = index; }

  bool operator==(const FakeLog& other) const {
    return base_ == other.base_ && entries_ == other.entries_;
  }

 private:
  Cursor base_;
  std::deque<RawEntry> entries_;
  Index recent_from_;
};

/// Entries that differ: `count` of them in each of `terms`, one term after the other, each holding
/// the command (a number of its own, `padding` characters).
struct LogShape {
  std::vector<std::uint64_t> terms;
  std::uint64_t count = 0;
  std::size_t padding = 0;
};
void extend(FakeLog& log, const LogShape& shape);

/// The command entry with which `extend` would go on in `term`.
[[nodiscard]] RawEntry next_entry(const FakeLog& log, Term term, std::size_t padding = 0);

}  // namespace tessera::tests
