#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/unique_id.h>

#include <cstdint>
#include <memory>

/// An authenticated, encrypted connection to one peer, as everything above the network sees it.
///
/// A link is one control connection (consensus, bonds, discovery) and, from the first bulk frame
/// on, one bulk connection (state sync, streams), so that bulk never delays a heartbeat. Within a
/// lane frames arrive in the order sent, whole, once, or not at all because the link went down.
namespace tessera::net {

enum class Lane : std::uint8_t { control = 0, bulk = 1 };

/// Which side of the control connection this end is; both ends agree.
enum class Role : std::uint8_t { dialler = 0, listener = 1 };

/// One message. `kind` and `slot` belong to whoever uses the link (see groups/shell).
struct Frame {
  std::uint8_t kind = 0;
  std::uint32_t slot = 0;
  Bytes payload;
};

class Link;

/// What a link tells its user. Called on a thread of the link's own, one call at a time for each
/// lane; implementations hop to their own strand. `on_closed` is the last call, exactly once.
class LinkEvents {
 public:
  virtual ~LinkEvents() = default;
  virtual void on_frame(Link& link, Lane lane, Frame frame) = 0;
  /// The queue of `lane` has fallen below half of its bound after a `send` was refused.
  virtual void on_drained(Link& link, Lane lane) = 0;
  virtual void on_closed(Link& link, Error reason) = 0;
};

/// Owned by the transport and whoever holds a shared pointer; all functions are callable from
/// any thread.
class Link {
 public:
  virtual ~Link() = default;

  [[nodiscard]] virtual PeerId peer() const = 0;
  [[nodiscard]] virtual Role role() const = 0;
  /// The handshake hash of the control connection: both ends hold the same value and nobody else
  /// can bring it about, so proofs over it are good for this connection only.
  [[nodiscard]] virtual const UniqueId& binding() const = 0;

  /// Starts delivery to `events`, which must outlive the link's last call; call once.
  virtual void start(std::weak_ptr<LinkEvents> events) = 0;

  /// Queues `frame`. False if the link is closed, the frame is above the limit, or the lane's
  /// queue is full; the frame is then dropped.
  virtual bool send(Lane lane, Frame frame) = 0;

  /// Bytes queued and not yet handed to the operating system.
  [[nodiscard]] virtual std::size_t queued(Lane lane) const = 0;

  /// Sends what is queued if it can, says goodbye and closes. `on_closed` follows.
  virtual void close(Error reason) = 0;
};

}  // namespace tessera::net
