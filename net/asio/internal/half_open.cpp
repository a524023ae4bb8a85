#include <tessera/net/asio/internal/half_open.h>

#include <algorithm>

namespace tessera::net {

std::size_t HalfOpen::add(Ticket ticket, Entry entry) {
  std::size_t evicted = 0;
  while (count(entry.address) >= limits_.per_address) {
    evict_oldest(entry.address);
    ++evicted;
  }
  while (entries_.size() >= limits_.total) {
    evict_oldest(most_frequent());
    ++evicted;
  }
  entries_.push_back({ticket, std::move(entry)});
  return evicted;
}

void HalfOpen::remove(Ticket ticket) {
  entries_.remove_if([ticket](const Numbered& other) { return other.ticket == ticket; });
}

std::size_t HalfOpen::count(const boost::asio::ip::address& address) const {
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(),
                    [&](const Numbered& other) { return other.entry.address == address; }));
}

boost::asio::ip::address HalfOpen::most_frequent() const {
  const auto found = std::max_element(
      entries_.begin(), entries_.end(), [this](const Numbered& left, const Numbered& right) {
        return count(left.entry.address) < count(right.entry.address);
      });
  return found->entry.address;
}

void HalfOpen::evict_oldest(const boost::asio::ip::address& address) {
  const auto oldest = std::find_if(entries_.begin(), entries_.end(), [&](const Numbered& other) {
    return other.entry.address == address;
  });
  if (const auto handshake = oldest->entry.handshake.lock()) {
    handshake->abort(Error(Errc::timed_out, "gave way to a newer connection"));
  }
  entries_.erase(oldest);
}

}  // namespace tessera::net
