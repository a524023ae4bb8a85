#pragma once

#include <tessera/groups/catch_up.h>

#include <cstddef>
#include <map>
#include <vector>

/// What the leader goes on sending while a session fetches: the entries above its target.
///
/// Batches come with holes, and after a change of leader some replace others. Owned by one session;
/// bounded in bytes: what does not fit is ordinary replication's business afterwards.
namespace tessera::log_replay {

class LiveEntries {
 public:
  struct Bounds {
    Cursor target;
    std::size_t bytes_max = 0;
  };
  explicit LiveEntries(Bounds bounds) : bounds_(bounds) {}

  void keep(std::vector<LogEntry> entries);

  /// Those that follow the target, one after the other, up to the first hole.
  [[nodiscard]] std::vector<LogEntry> following_target() const;

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  void drop_from(Index index);

  Bounds bounds_;
  std::map<Index, LogEntry> entries_;
  std::size_t bytes_ = 0;
};

}  // namespace tessera::log_replay
