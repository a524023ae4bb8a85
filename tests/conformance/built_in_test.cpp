#include "../../examples/ledger.h"
#include <tessera/conformance/state_sync.h>

/// The strategies that come with the library, and the one that the documentation shows, pass what
/// everybody's must.
template <>
struct tessera::conformance::Workload<Ledger> {
  static Ledger::Put command(std::uint64_t i) {
    return Ledger::Put{std::to_string(i % 100), std::to_string(i)};
  }
  static tessera::UniqueId digest(const Ledger& machine) {
    return tessera::UniqueId::from(machine.save());
  }
};

template <>
struct tessera::conformance::Settings<tessera::LogReplay<Ledger>> {
  static std::vector<tessera::LogReplay<Ledger>> others() {
    return {tessera::LogReplay<Ledger>{}.chunk_bytes(4096)};
  }
};

TESSERA_STATE_SYNC_CONFORMANCE(Ledger, WholeState<Ledger>, tessera::LogReplay<Ledger>);
