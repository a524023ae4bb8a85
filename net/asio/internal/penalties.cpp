#include <tessera/net/asio/internal/penalties.h>

#include <algorithm>

namespace tessera::net {

void Penalties::punish(const PeerId& peer, SteadyClock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (records_.size() >= peers_max && !records_.contains(peer)) {
    const auto first = std::min_element(
        records_.begin(), records_.end(),
        [](const auto& left, const auto& right) { return left.second.until < right.second.until; });
    records_.erase(first);
  }
  Record& record = records_[peer];
  ++record.breaches;
  record.until = now + backoff_.delay({record.breaches});
}

bool Penalties::is_kept_off(const PeerId& peer, SteadyClock::time_point now) const {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(peer);
  return found != records_.end() && now < found->second.until;
}

}  // namespace tessera::net
