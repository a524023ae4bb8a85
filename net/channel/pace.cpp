#include <tessera/net/channel/pace.h>

#include <algorithm>

namespace tessera::net {
namespace {

/// Below this a batch would be mostly overhead.
constexpr std::size_t batch_min = std::size_t{4} << 10U;

}  // namespace

std::size_t Pace::batch_max(std::size_t wanted) const {
  if (!is_bounded()) return wanted;
  const auto in_burst = bytes_per_second_ / (std::chrono::seconds(1) / burst);
  return std::clamp(in_burst, std::min(batch_min, wanted), wanted);
}

Pace::Clock::time_point Pace::free_at() const {
  const std::lock_guard lock(mutex_);
  return free_at_;
}

void Pace::spend(std::size_t bytes, Clock::time_point now) {
  if (!is_bounded()) return;
  const std::chrono::duration<double> time(static_cast<double>(bytes) /
                                           static_cast<double>(bytes_per_second_));
  const std::lock_guard lock(mutex_);
  free_at_ = std::max(free_at_, now - burst) + std::chrono::duration_cast<Clock::duration>(time);
}

}  // namespace tessera::net
