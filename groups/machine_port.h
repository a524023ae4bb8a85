#pragma once

#include <tessera/groups/apply_context.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/machine_table.h>

#include <memory>

/// The user's state machine as the core sees it: bytes in, bytes out. The typed side is in
/// statesync/machine_adapter.h.
///
/// Owned by the group; called on the group's strand only (in the simulator: one thread).
namespace tessera {

class MachinePort {
 public:
  virtual ~MachinePort() = default;

  /// True if `command` is one that `apply` can decode.
  [[nodiscard]] virtual bool accepts(ByteView command) const = 0;

  /// Applies `command` and returns its encoded result. `machine_failed` if it does not decode or
  /// the machine threw: the member then stops at this position.
  virtual Result<Bytes> apply(const Bytes& command, const ApplyContext& context) = 0;

  /// Puts the machine back to its initial state.
  virtual Result<void> reset() = 0;

  /// From where a machine that keeps its state in the node's store gets its tables; of no interest
  /// to others. At most once, before anything else is called, with the machine in its initial
  /// state.
  virtual Result<void> keep_in(std::shared_ptr<storage::MachineTables> /*tables*/) { return {}; }
};

}  // namespace tessera
