#pragma once

#include <tessera/groups/core/exactly_once/session_table.h>
#include <tessera/primitives/time.h>

#include <map>
#include <optional>
#include <set>
#include <vector>

/// Which client sessions a leader should close, because it has not been bonded with their owner
/// for longer than the group grants. A new leader begins to count anew.
///
/// It only proposes: a session ends where the entry that says so is applied. Owned by `GroupCore`.
namespace tessera::core {

class SessionExpiry {
 public:
  /// The runs of members that are there now.
  using Present = std::set<SessionOwner>;

  [[nodiscard]] bool is_due(TimePoint now) const { return !next_check_ || *next_check_ <= now; }
  /// Looks who is missing; returns the sessions of those who have been for `ttl`.
  [[nodiscard]] std::vector<SessionNumber> expired(TimePoint now, Duration ttl,
                                                   const SessionTable& table,
                                                   const Present& present);
  void not_leading();
  [[nodiscard]] std::optional<TimePoint> next_check() const { return next_check_; }

 private:
  std::map<SessionOwner, TimePoint> missing_;  ///< since when
  std::optional<TimePoint> next_check_;
};

}  // namespace tessera::core
