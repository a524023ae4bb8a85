#pragma once

#include <tessera/net/asio/internal/backoff.h>
#include <tessera/primitives/ids.h>

#include <cstddef>
#include <map>
#include <mutex>

/// The peers that broke the protocol and are kept off for a while: longer each time they do it
/// again. Only authenticated peers come here, so nobody can have another kept off. Bounded: when
/// it is full, the peer whose time ends first goes. Callable from any thread.
namespace tessera::net {

class Penalties {
 public:
  static constexpr std::size_t peers_max = 1024;

  explicit Penalties(Backoff backoff) : backoff_(std::move(backoff)) {}

  void punish(const PeerId& peer, SteadyClock::time_point now);
  [[nodiscard]] bool is_kept_off(const PeerId& peer, SteadyClock::time_point now) const;

 private:
  struct Record {
    unsigned breaches = 0;
    SteadyClock::time_point until;
  };

  mutable std::mutex mutex_;
  Backoff backoff_;
  std::map<PeerId, Record> records_;
};

}  // namespace tessera::net
