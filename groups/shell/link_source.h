#pragma once

#include <tessera/net/link.h>
#include <tessera/primitives/result.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Where a node's links come from, as the shell sees it. An address is text here: what it means
/// is the network's business. The runtime puts a `net::Transport` behind it
/// (runtime/internal/transport_links.h).
namespace tessera::shell {

/// What a source tells its node. Called on threads of the network's own, possibly concurrently;
/// implementations hop to their own strand.
class LinkSourceEvents {
 public:
  virtual ~LinkSourceEvents() = default;
  /// A new authenticated link, in either role.
  virtual void on_link(std::shared_ptr<net::Link> link) = 0;
  /// A dial came to nothing; the source goes on trying.
  virtual void on_dial_failed(const std::string& address, const Error& reason) = 0;
};

/// Owned by the node. All functions are callable from any thread.
class LinkSource {
 public:
  virtual ~LinkSource() = default;

  /// Starts to listen and to deliver to `events`. Call once. Fails if the address cannot be bound
  /// or the text of one does not parse.
  virtual Result<void> start(std::weak_ptr<LinkSourceEvents> events) = 0;

  /// The addresses that peers can dial.
  [[nodiscard]] virtual std::vector<std::string> listen_addresses() const = 0;

  /// Keeps a link to whoever listens there; `expected`: the peer that must answer. Idempotent.
  struct Target {
    std::string address;
    std::optional<PeerId> expected;
  };
  /// `malformed` if the address does not parse.
  virtual Result<void> dial(Target target) = 0;

  /// No longer dials `address`; an existing link stays.
  virtual void forget(const std::string& address) = 0;

  /// Closes every link and stops listening and dialling. No event arrives after it returns from a
  /// call made outside of an event.
  virtual void stop() = 0;
};

}  // namespace tessera::shell
