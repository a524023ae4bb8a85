#pragma once

#include <tessera/net/link.h>

#include <deque>
#include <mutex>

/// The frames that wait on one lane of one link, bounded in bytes. A frame counts until it has
/// been handed to the operating system. All functions are callable from any thread.
namespace tessera::net {

class FrameQueue {
 public:
  explicit FrameQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  enum class Push : std::uint8_t {
    refused,  ///< full or closed
    queued,   ///< the sender knows already that there is something to send
    wake,     ///< queued, and the sender must be told
  };
  [[nodiscard]] Push push(Frame frame);

  /// Moves frames to the end of `to`, oldest first, until at least `bytes` are there or the queue
  /// is empty. Finding nothing, it asks for a wake-up.
  void take(std::size_t bytes, std::deque<Frame>& to);

  /// `bytes` have been handed on. True if a sender that was refused should hear that the queue is
  /// now below half of its bound.
  [[nodiscard]] bool release(std::size_t bytes);

  [[nodiscard]] std::size_t bytes() const;

  /// Refuses all frames from now on; what is queued stays.
  void close();
  /// Drops everything and refuses all frames from now on.
  void clear();

 private:
  mutable std::mutex mutex_;
  const std::size_t bytes_max_;
  std::deque<Frame> frames_;
  std::size_t bytes_ = 0;
  bool is_sender_awake_ = false;
  bool has_refused_ = false;
  bool is_closed_ = false;
};

}  // namespace tessera::net
