#include <tessera/runtime/cancel_latch.h>

#include <utility>

namespace tessera::runtime {

void CancelLatch::arm(Cancel cancel) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    if (!requested_) {
      cancel_ = std::move(cancel);
      return;
    }
  }
  if (cancel) cancel();
}

void CancelLatch::request() {
  Cancel cancel;
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || requested_) return;
    requested_ = true;
    cancel = std::exchange(cancel_, nullptr);
  }
  if (cancel) cancel();
}

void CancelLatch::disarm() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  cancel_ = nullptr;
}

}  // namespace tessera::runtime
