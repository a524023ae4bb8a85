#pragma once

#include <mutex>
#include <utility>
#include <vector>

namespace tessera::shell {

/// What has arrived for a strand since it last looked: one post of the strand handles all of it,
/// and the core answers to all of it at once.
///
/// `put` from any thread, `take` on the strand.
template <class Item>
class Inbox {
 public:
  /// True: nobody has been told of what waits here; post a call that takes it.
  [[nodiscard]] bool put(Item item) {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(item));
    return !std::exchange(told_, true);
  }

  [[nodiscard]] std::vector<Item> take() {
    const std::scoped_lock lock(mutex_);
    told_ = false;
    return std::exchange(waiting_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Item> waiting_;  // guarded by mutex_
  bool told_ = false;          // guarded by mutex_
};

}  // namespace tessera::shell
