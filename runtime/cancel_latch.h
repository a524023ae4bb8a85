#pragma once

#include <functional>
#include <mutex>

namespace tessera::runtime {

/// What an operation that has begun is ended early by; called at most once, on any thread.
using Cancel = std::function<void()>;

/// Where the wish to cancel an operation and the operation meet, whichever comes first.
///
/// Shared by the handler's cancellation slot and the operation on its way. Callable from any
/// thread.
class CancelLatch {
 public:
  /// The operation has begun, and this ends it early: at once, if that has been requested.
  void arm(Cancel cancel);
  void request();
  /// The operation has ended: nothing is cancelled any more.
  void disarm();

 private:
  std::mutex mutex_;
  Cancel cancel_;           // guarded by mutex_
  bool requested_ = false;  // guarded by mutex_
  bool ended_ = false;      // guarded by mutex_
};

}  // namespace tessera::runtime
