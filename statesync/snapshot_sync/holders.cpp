#include <tessera/statesync/snapshot_sync/holders.h>

#include <algorithm>

namespace tessera::snapshot_sync {

void Holders::add(const PeerId& peer) {
  if (expelled(peer) || holders_.contains(peer)) return;
  holders_[peer].window = std::max(settings_.in_flight_bytes / 8, settings_.part_bytes);
}

std::vector<std::uint32_t> Holders::remove(const PeerId& peer) {
  const auto found = holders_.find(peer);
  if (found == holders_.end()) return {};
  auto numbers = release(found->second);
  holders_.erase(found);
  return numbers;
}

std::vector<std::uint32_t> Holders::expel(const PeerId& peer) {
  expelled_.insert(peer);
  return remove(peer);
}

std::vector<PeerId> Holders::all() const {
  std::vector<PeerId> peers;
  for (const auto& [peer, holder] : holders_) peers.push_back(peer);
  return peers;
}

std::vector<std::uint32_t> Holders::release(Holder& holder) const {
  std::vector<std::uint32_t> numbers;
  for (const auto& [number, bytes] : holder.asked) numbers.push_back(number);
  holder.asked.clear();
  holder.bytes_asked = 0;
  return numbers;
}

std::size_t Holders::room(const PeerId& peer, TimePoint now) const {
  const Holder& holder = holders_.at(peer);
  // Who rests is asked for one part at a time.
  const std::size_t window = now < holder.rests_until ? 1 : holder.window;
  return window - std::min(window, holder.bytes_asked);
}

void Holders::asked(const PeerId& peer, std::uint32_t number, std::size_t bytes, TimePoint now) {
  Holder& holder = holders_.at(peer);
  if (holder.asked.empty()) holder.quiet_since = now;
  holder.asked[number] = bytes;
  holder.bytes_asked += bytes;
}

bool Holders::delivered(const PeerId& peer, std::uint32_t number, TimePoint now) {
  const auto found = holders_.find(peer);
  if (found == holders_.end()) return false;
  Holder& holder = found->second;
  const auto asked = holder.asked.find(number);
  if (asked == holder.asked.end()) return false;
  holder.bytes_asked -= asked->second;
  holder.window = std::min(holder.window + asked->second / 2 + 1, settings_.in_flight_bytes);
  holder.asked.erase(asked);
  holder.quiet_since = now;
  return true;
}

std::vector<std::uint32_t> Holders::take_overdue(TimePoint now) {
  std::vector<std::uint32_t> overdue;
  for (auto& [peer, holder] : holders_) {
    if (holder.asked.empty() || now < holder.quiet_since + settings_.request_timeout) continue;
    holder.window = std::max(holder.window / 2, settings_.part_bytes);
    holder.rests_until = now + settings_.request_timeout;
    const auto numbers = release(holder);
    overdue.insert(overdue.end(), numbers.begin(), numbers.end());
  }
  return overdue;
}

std::optional<TimePoint> Holders::next_due() const {
  std::optional<TimePoint> earliest;
  for (const auto& [peer, holder] : holders_) {
    if (holder.asked.empty()) continue;
    const TimePoint due = holder.quiet_since + settings_.request_timeout;
    earliest = earliest ? std::min(*earliest, due) : due;
  }
  return earliest;
}

}  // namespace tessera::snapshot_sync
