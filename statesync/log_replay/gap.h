#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/log_replay/message.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

/// What a session still lacks: the entries from `next` to the target, and those of them that have
/// arrived before their turn.
///
/// Owned by one session. Bounding what is asked for bounds what is kept.
namespace tessera::log_replay {

/// Entries without a gap, the position before the first, and who delivered them.
struct Run {
  PeerId source;
  Cursor preceding;
  std::vector<RawEntry> entries;

  [[nodiscard]] Index first() const { return preceding.index + 1; }
  [[nodiscard]] Index last() const { return entries.back().position.index; }
};

class Gap {
 public:
  explicit Gap(Index target) : target_(target) {}

  /// The first index that the log lacks. What has arrived below it is dropped.
  void start_at(Index next);
  [[nodiscard]] Index next() const { return next_; }
  [[nodiscard]] bool closed() const { return next_ > target_; }
  /// How many entries the log lacks, those that wait here included.
  [[nodiscard]] std::uint64_t entries_lacking() const { return (target_ + 1) - next_; }

  /// The lowest range within the gap, up to `until`, that has neither arrived nor is among `asked`.
  [[nodiscard]] std::optional<IndexRange> missing(Index until,
                                                  const std::vector<IndexRange>& asked) const;

  /// Keeps what of `run` is new; returns how many bytes that is.
  std::size_t keep(const Run& run);

  /// The run that the log lacks next, if it has arrived. It stays until `start_at` passes it.
  [[nodiscard]] const Run* ready() const;

  /// Drops every run that holds an entry for which `wrong` is true.
  void drop_if(const std::function<bool(const Cursor&)>& wrong);

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t entries() const { return entries_; }

 private:
  using Runs = std::map<Index, Run>;
  void insert(Run run);
  Runs::iterator erase(Runs::iterator run);
  [[nodiscard]] Runs::const_iterator holding(Index index) const;

  Index target_;
  Index next_;
  Runs runs_;  // by first index; disjoint
  std::size_t bytes_ = 0;
  std::uint64_t entries_ = 0;
};

}  // namespace tessera::log_replay
