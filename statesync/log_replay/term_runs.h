#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/storage/cursor.h>

#include <cstddef>
#include <optional>
#include <vector>

/// The terms of a stretch of a log, which rise and mostly stay the same: the last position of each
/// term.
///
/// Two logs that hold the same (index, term) are equal up to there (thesis, 3.5), so a few numbers
/// tell where a local tail leaves the committed log, and whether what a peer sends belongs to it.
/// A value.
namespace tessera::log_replay {

class TermRuns {
 public:
  TermRuns() = default;

  /// Of `log` from `first` to `last`, both clamped to what it holds (its base included); the end is
  /// left out where there would be more than `runs_max`.
  struct Stretch {
    Index first;
    Index last;
  };
  [[nodiscard]] static TermRuns of(const LogWindow& log, Stretch stretch);
  static constexpr std::size_t runs_max = 4096;

  [[nodiscard]] bool empty() const { return ends_.empty(); }
  /// The first and last index described; only if not empty.
  [[nodiscard]] Index first() const { return first_; }
  [[nodiscard]] Index last() const { return ends_.back().index; }

  /// The term at `index`, if it is described.
  [[nodiscard]] std::optional<Term> term_at(Index index) const;

  /// True if both describe some index and differ about its term.
  [[nodiscard]] bool contradicts(const TermRuns& other) const;

  /// False if no log has such terms: they came from elsewhere.
  [[nodiscard]] bool well_formed() const;

  bool operator==(const TermRuns&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(first_, ends_);
  }

 private:
  Index first_;
  std::vector<Cursor> ends_;  // terms and indices strictly rising
};

}  // namespace tessera::log_replay
