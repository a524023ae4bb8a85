#pragma once

#include <tessera/groups/core/effects.h>

#include <deque>
#include <map>
#include <vector>

namespace tessera::shell {

/// Messages that wait for a write to become durable, and the writes under way.
///
/// Owned by the member's strand and called on it.
class HeldSends {
 public:
  /// A write has been handed to the writer. In rising order.
  void submitted(core::Ticket ticket);

  /// True if a message that depends on `ticket` may leave now.
  [[nodiscard]] bool may_leave(core::Ticket ticket) const { return ticket <= durable_; }
  void hold(core::Send send);

  /// Every write up to `ticket` is durable.
  struct Released {
    std::vector<core::Ticket> tickets;  ///< those that were under way, in order
    std::vector<core::Send> sends;      ///< those that may leave now, in the order they were held
  };
  [[nodiscard]] Released durable(core::Ticket ticket);

  /// Forgets the messages: nothing leaves any more.
  void clear() { held_.clear(); }

 private:
  core::Ticket durable_;
  std::deque<core::Ticket> under_way_;
  std::map<core::Ticket, std::vector<core::Send>> held_;
};

}  // namespace tessera::shell
