// Proves a strategy on its author's machine: under the simulator, with loss, partitions, crashes,
// silent peers and a moving leader. Each check is a GoogleTest of its own.

#include "ledger.h"
#include <tessera/conformance/state_sync.h>

// How to drive the machine, and what tells two of its states apart.
template <>
struct tessera::conformance::Workload<Ledger> {
  static Ledger::Put command(std::uint64_t i) {
    return Ledger::Put{std::to_string(i % 100), std::to_string(i)};
  }
  static tessera::UniqueId digest(const Ledger& machine) {
    return tessera::UniqueId::from(machine.save());
  }
};

TESSERA_STATE_SYNC_CONFORMANCE(Ledger, WholeState<Ledger>, tessera::LogReplay<Ledger>);
