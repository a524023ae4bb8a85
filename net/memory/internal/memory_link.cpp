#include <tessera/net/memory/internal/memory_hub.h>
#include <tessera/net/memory/internal/memory_link.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera::net {
namespace {

std::size_t index_of(Lane lane) { return static_cast<std::size_t>(lane); }

// What an empty frame counts for, so that their number is bounded too.
constexpr std::size_t frame_overhead = 16;

}  // namespace

void MemoryLink::start(std::weak_ptr<LinkEvents> events) {
  {
    const std::lock_guard lock(mutex_);
    check(!is_started_, "a link is started once");
    is_started_ = true;
    events_ = std::move(events);
  }
  const auto hub = parts_.hub.lock();
  if (hub) hub->post(parts_.node, [self = shared_from_this()] { self->flush(); });
}

void MemoryLink::flush() {
  std::vector<Waiting> waiting;
  bool is_closed_due = false;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
    is_closed_due = is_closed_due_;
  }
  for (Waiting& arrived : waiting) deliver_frame(arrived.lane, std::move(arrived.frame));
  if (is_closed_due) deliver_closed();
}

bool MemoryLink::send(Lane lane, Frame frame) {
  const MemoryNetwork::Node& settings = parts_.node->settings;
  const std::size_t size = frame.payload.size() + frame_overhead;
  const auto hub = parts_.hub.lock();
  const auto other = other_.lock();
  if (!hub || !other || frame.payload.size() > settings.frame_bytes_max) return false;
  {
    const std::lock_guard lock(mutex_);
    if (reason_) return false;
    std::size_t& queued = queued_[index_of(lane)];
    if (queued > 0 &&
        size > settings.queue_bytes_max - std::min(queued, settings.queue_bytes_max)) {
      has_refused_[index_of(lane)] = true;
      return false;
    }
    queued += size;
  }
  hub->post(other->node(),
            [other, lane, frame = std::move(frame)] { other->deliver_frame(lane, frame); });
  hub->post(parts_.node, [self = shared_from_this(), lane, size] { self->on_carried(lane, size); });
  return true;
}

std::size_t MemoryLink::queued(Lane lane) const {
  const std::lock_guard lock(mutex_);
  return queued_[index_of(lane)];
}

void MemoryLink::close(Error reason) {
  const auto hub = parts_.hub.lock();
  if (hub) hub->close(shared_from_this(), reason);
}

void MemoryLink::shut(const Error& reason) {
  const std::lock_guard lock(mutex_);
  if (!reason_) reason_ = reason;
}

void MemoryLink::lose() {
  const std::lock_guard lock(mutex_);
  is_lost_ = true;
  waiting_.clear();
}

void MemoryLink::deliver_frame(Lane lane, Frame frame) {
  std::shared_ptr<LinkEvents> events;
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_delivered_ || is_lost_) return;
    if (!is_started_ || !waiting_.empty()) {
      waiting_.push_back({lane, std::move(frame)});
      return;
    }
    events = events_.lock();
  }
  if (events) events->on_frame(*this, lane, std::move(frame));
}

void MemoryLink::deliver_closed() {
  std::shared_ptr<LinkEvents> events;
  std::optional<Error> reason;
  {
    const std::lock_guard lock(mutex_);
    is_closed_due_ = true;
    if (!is_started_ || !waiting_.empty() || is_closed_delivered_) return;
    is_closed_delivered_ = true;
    events = events_.lock();
    reason = reason_;
  }
  if (events) events->on_closed(*this, *reason);
}

void MemoryLink::on_carried(Lane lane, std::size_t bytes) {
  std::shared_ptr<LinkEvents> events;
  {
    const std::lock_guard lock(mutex_);
    std::size_t& queued = queued_[index_of(lane)];
    queued -= bytes;
    bool& has_refused = has_refused_[index_of(lane)];
    const std::size_t half = parts_.node->settings.queue_bytes_max / 2;
    if (!has_refused || queued >= half || reason_ || !is_started_) return;
    has_refused = false;
    events = events_.lock();
  }
  if (events) events->on_drained(*this, lane);
}

}  // namespace tessera::net
