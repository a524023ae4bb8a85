#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>

/// How many bytes a second may leave, for all connections that share it.
///
/// Whoever finds it free may hand over a batch, however large, and is then in debt: nobody hands
/// over more until the batch has had its time. What was not used is kept for `burst`, no longer.
/// Callable from any thread.
namespace tessera::net {

class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  /// 0: no bound.
  explicit Pace(std::size_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

  [[nodiscard]] bool is_bounded() const { return bytes_per_second_ != 0; }
  /// How much one batch may hold, so that the others need not wait long for their turn.
  [[nodiscard]] std::size_t batch_max(std::size_t wanted) const;
  /// Until when to wait; not above `now`: a batch may go.
  [[nodiscard]] Clock::time_point free_at() const;
  /// A batch has been handed over.
  void spend(std::size_t bytes, Clock::time_point now);

  static constexpr std::chrono::milliseconds burst{20};

 private:
  const std::size_t bytes_per_second_;
  mutable std::mutex mutex_;
  Clock::time_point free_at_{};  // guarded by mutex_
};

}  // namespace tessera::net
