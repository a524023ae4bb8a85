#include <tessera/runtime/internal/edge_queue.h>
#include <tessera/runtime/watch.h>

namespace tessera {

Watch::Watch(const std::shared_ptr<const runtime::GroupHandle>& group)
    : executor_(group->executor), queue_(std::make_shared<runtime::EdgeQueue>()) {
  runtime::EdgeQueue::follow(queue_, group->member);
}

runtime::Cancel Watch::begin(const std::shared_ptr<runtime::EdgeQueue>& queue,
                             runtime::Finish<Edge> finish) {
  if (!queue->take(std::move(finish))) return {};
  return [weak = std::weak_ptr(queue)] {
    if (const auto held = weak.lock()) held->cancel();
  };
}

}  // namespace tessera
