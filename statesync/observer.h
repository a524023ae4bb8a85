#pragma once

#include <tessera/primitives/ids.h>

#include <functional>
#include <string>

/// What goes wrong between a strategy and its peers without ending anything, for logs and counters.
namespace tessera {

struct SyncEvent {
  enum class Kind {
    undecodable_message,  ///< a peer's message that did not decode; dropped
    unsent_message,       ///< not bonded, the lane is full, or the message is above the limit
    unencodable_message,  ///< a strategy's message that its own type cannot encode; not sent
    strategy_threw,       ///< an exception from a provider; the call counts as done
  };
  Kind kind = Kind::undecodable_message;
  PeerId peer;  ///< whose message, or to whom; none if nobody's
  std::string what;
};

/// Called on the group's strand, in the middle of a call: it must not call back.
using SyncObserver = std::function<void(const SyncEvent&)>;

}  // namespace tessera
