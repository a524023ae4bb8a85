#include <tessera/conformance/event_queue.h>

#include <algorithm>
#include <utility>

namespace tessera::sim {

bool EventQueue::later(const Event& left, const Event& right) {
  if (left.when != right.when) return left.when > right.when;
  return left.sequence > right.sequence;
}

void EventQueue::at(TimePoint when, Action action) {
  heap_.push_back({std::max(when, now_), sequence_++, std::move(action)});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

bool EventQueue::run_one() {
  if (heap_.empty()) return false;
  std::pop_heap(heap_.begin(), heap_.end(), later);
  Event event = std::move(heap_.back());
  heap_.pop_back();
  now_ = event.when;
  ++happened_;
  event.action();
  return true;
}

}  // namespace tessera::sim
