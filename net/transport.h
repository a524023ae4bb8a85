#pragma once

#include <tessera/net/address.h>
#include <tessera/net/link.h>
#include <tessera/primitives/result.h>

#include <memory>
#include <optional>
#include <vector>

/// How links come about. `net/asio/` makes them over TCP, `net/memory/` within one process.
namespace tessera::net {

/// What a transport tells its user. Called on threads of the transport's own, possibly
/// concurrently; implementations hop to their own strand.
class TransportEvents {
 public:
  virtual ~TransportEvents() = default;
  /// A new authenticated link, in either role. There is never more than one link to a peer: of
  /// two simultaneous dials both ends keep the same one, by a rule both compute alike.
  virtual void on_link(std::shared_ptr<Link> link) = 0;
  /// A dial came to nothing; the transport goes on trying with jittered exponential back-off.
  /// `io_failed` and `timed_out`: nobody was reached; `foreign`: another network;
  /// `version_mismatch`; `not_allowed`: this node itself, or one that does not want this node;
  /// `handshake_failed`: not the expected peer, or no peer at all.
  virtual void on_dial_failed(const Address& address, const Error& reason) = 0;
};

/// Owned by the node that uses it. All functions are callable from any thread.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Starts to listen and to deliver to `events`. Call once. Fails if the address cannot be bound.
  virtual Result<void> start(std::weak_ptr<TransportEvents> events) = 0;

  /// The address peers can dial: as configured, or with the port that the system chose.
  [[nodiscard]] virtual std::vector<Address> listen_addresses() const = 0;

  /// Keeps a link to whoever listens at `address`: dials, dials again when the link is lost, and
  /// at once after the peer dialled in. Idempotent. `expected`: the peer that must answer there.
  struct Target {
    Address address;
    std::optional<PeerId> expected;
  };
  virtual void dial(Target target) = 0;

  /// No longer dials `address`; an existing link stays.
  virtual void forget(const Address& address) = 0;

  /// Closes every link and stops listening and dialling; the port is free when it returns. No event
  /// arrives after it returns from a call made outside of an event: not even the `on_closed` of the
  /// links that go down with it. It waits for events that are under way on other threads, so it
  /// must not be called while holding what those wait for.
  virtual void stop() = 0;
};

}  // namespace tessera::net
