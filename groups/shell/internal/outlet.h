#pragma once

#include <tessera/groups/core/bonds/link_bonds.h>
#include <tessera/net/link.h>
#include <tessera/primitives/bytes.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace tessera::shell {

/// The sending end of a link, shared by the members bonded over it.
///
/// Control frames go straight to the link, which drops them when its queue is full. Bulk messages
/// may be long: what the link refuses waits here, in order, up to a bound. Callable from any
/// thread.
class Outlet {
 public:
  explicit Outlet(std::shared_ptr<net::Link> link) : link_(std::move(link)) {}

  /// Sends an encoded message. False if it was dropped: the link is closed, a queue is full, or
  /// the message is too long.
  bool send(net::Lane lane, core::Slot slot, Bytes message);

  /// Goes on with what waits; call when the bulk lane has drained.
  void pump();

  [[nodiscard]] net::Link& link() { return *link_; }

 private:
  bool send_bulk(core::Slot slot, Bytes message);
  void pump_locked();

  const std::shared_ptr<net::Link> link_;
  std::mutex mutex_;
  std::deque<net::Frame> waiting_;  // guarded by mutex_
  std::size_t waiting_bytes_ = 0;   // guarded by mutex_
};

}  // namespace tessera::shell
