#pragma once

#include <tessera/groups/shell/member.h>

#include <map>
#include <mutex>

namespace tessera::shell {

/// The member's latest status, for whoever asks, and those who want to hear of every change.
///
/// Owned by the member's strand and called on it, except `read`, which any thread may call.
class StatusBoard {
 public:
  [[nodiscard]] MemberStatus read() const;

  /// Makes `status` the present one and tells the watchers.
  void publish(MemberStatus status);

  /// `watcher` hears the present status at once.
  void add(Member::WatchId id, Member::Watcher watcher);
  void remove(Member::WatchId id);
  /// Lets go of every watcher: nothing will change any more.
  void clear() { watchers_.clear(); }

 private:
  mutable std::mutex mutex_;
  MemberStatus status_;  // guarded by mutex_; written on the strand only
  std::map<Member::WatchId, Member::Watcher> watchers_;
};

}  // namespace tessera::shell
