#include <tessera/net/asio/internal/backoff.h>

#include <algorithm>

namespace tessera::net {

SteadyClock::duration Backoff::delay(Failures failures) {
  if (failures.count == 0) return SteadyClock::duration::zero();
  SteadyClock::duration full = first_;
  for (unsigned doubled = 1; doubled < failures.count && full < max_; ++doubled) full *= 2;
  full = std::min(full, max_);
  const auto half = static_cast<std::uint64_t>(full.count()) / 2;
  return full / 2 + SteadyClock::duration(static_cast<SteadyClock::rep>(random_.below(half + 1)));
}

}  // namespace tessera::net
