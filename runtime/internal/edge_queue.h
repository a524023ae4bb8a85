#pragma once

#include <tessera/groups/shell/member.h>
#include <tessera/runtime/operation.h>
#include <tessera/runtime/watch.h>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace tessera::runtime {

/// The changes of one member that wait for somebody to take them.
///
/// Shared by the copies of a `Watch`; told of changes on the member's strand, asked for them on any
/// thread. It does not keep the member.
class EdgeQueue {
 public:
  EdgeQueue() = default;
  ~EdgeQueue();
  EdgeQueue(const EdgeQueue&) = delete;
  EdgeQueue& operator=(const EdgeQueue&) = delete;

  /// Hears of every change of `member` from now on. Call once, on a shared queue.
  static void follow(const std::shared_ptr<EdgeQueue>& self,
                     const std::shared_ptr<shell::Member>& member);

  /// The status is this now.
  void saw(const shell::MemberStatus& status);

  /// Ends `finish` with the oldest change, when there is one. False: another one waits already, and
  /// `finish` has been told so.
  bool take(Finish<Edge> finish);
  /// Whoever waits no longer does.
  void cancel();

 private:
  void add(Edge::Kind kind, const GroupStatus& status);
  /// Hands the oldest change to whoever waits. Releases the lock to do so.
  void serve(std::unique_lock<std::mutex>& lock);

  std::weak_ptr<shell::Member> member_;
  std::optional<shell::Member::WatchId> watch_;

  // All guarded by mutex_.
  std::mutex mutex_;
  std::deque<Edge> waiting_;
  std::uint64_t missed_ = 0;
  std::optional<GroupStatus> last_;
  bool ended_ = false;
  Finish<Edge> waiter_;
};

}  // namespace tessera::runtime
