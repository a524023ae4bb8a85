#include <tessera/net/channel/frame_queue.h>
#include <tessera/net/channel/record.h>

#include <algorithm>

namespace tessera::net {

FrameQueue::Push FrameQueue::push(Frame frame) {
  const std::size_t size = size_on_wire(frame);
  const std::lock_guard lock(mutex_);
  if (is_closed_) return Push::refused;
  if (size > bytes_max_ - bytes_) {
    has_refused_ = true;
    return Push::refused;
  }
  bytes_ += size;
  frames_.push_back(std::move(frame));
  if (is_sender_awake_) return Push::queued;
  is_sender_awake_ = true;
  return Push::wake;
}

void FrameQueue::take(std::size_t bytes, std::deque<Frame>& to) {
  const std::lock_guard lock(mutex_);
  std::size_t taken = 0;
  while (!frames_.empty() && taken < bytes) {
    taken += size_on_wire(frames_.front());
    to.push_back(std::move(frames_.front()));
    frames_.pop_front();
  }
  if (taken == 0) is_sender_awake_ = false;
}

bool FrameQueue::release(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes_ -= std::min(bytes, bytes_);
  if (!has_refused_ || bytes_ >= bytes_max_ / 2) return false;
  has_refused_ = false;
  return !is_closed_;
}

std::size_t FrameQueue::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void FrameQueue::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
}

void FrameQueue::clear() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  frames_.clear();
  bytes_ = 0;
}

}  // namespace tessera::net
