#include <tessera/net/asio/internal/operations.h>

#include <algorithm>

namespace tessera::net {
namespace {

Error stopping() { return {Errc::disconnected, "this node stops"}; }

}  // namespace

void Operations::add(std::weak_ptr<Operation> operation) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_stopped_) {
      if (running_.size() >= prune_at_) {
        std::erase_if(running_, [](const auto& other) { return other.expired(); });
        prune_at_ = std::max<std::size_t>(64, 2 * running_.size());
      }
      running_.push_back(std::move(operation));
      return;
    }
  }
  if (const auto late = operation.lock()) late->abort(stopping());
}

void Operations::stop() {
  std::vector<std::weak_ptr<Operation>> running;
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    running.swap(running_);
  }
  for (const auto& entry : running) {
    if (const auto operation = entry.lock()) operation->abort(stopping());
  }
}

}  // namespace tessera::net
