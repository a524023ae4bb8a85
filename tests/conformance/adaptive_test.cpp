#include "../../examples/ledger.h"
#include "../runtime/shelf.h"
#include "../statesync/stock.h"
#include <tessera/conformance/state_sync.h>

/// `Adaptive` passes what everybody's strategy must, whatever it chooses from. It does not promise
/// to find wrong bytes: log entries have no digests.
namespace tessera::tests {

using ByLogOrParts = Adaptive<LogReplay<Shelf>, SnapshotSync<Shelf>>;
using ByLogOrState = Adaptive<WholeState<Ledger>, LogReplay<Ledger>>;
using ByLogOrChanges = Adaptive<LogReplay<ForgetfulStock>, DiffSync<ForgetfulStock>>;

}  // namespace tessera::tests

namespace tessera::conformance {

using tests::Delivery;
using tests::ForgetfulStock;
using tests::Shelf;

template <>
struct Workload<Shelf> {
  static Shelf::Fill command(std::uint64_t i) { return Shelf::Fill{i % 100, 1, 50, i}; }
  static UniqueId digest(const Shelf& machine) { return machine.query(Shelf::Look{}).digest; }
};
template <>
struct Workload<Ledger> {
  static Ledger::Put command(std::uint64_t i) {
    return Ledger::Put{std::to_string(i % 100), std::to_string(i)};
  }
  static UniqueId digest(const Ledger& machine) { return UniqueId::from(machine.save()); }
};
template <>
struct Workload<ForgetfulStock> {
  static Delivery command(std::uint64_t i) { return Delivery::numbered(i); }
  static UniqueId digest(const ForgetfulStock& machine) { return machine.digest(); }
};

template <>
struct Settings<tests::ByLogOrParts> {
  static tests::ByLogOrParts strategy() { return with(1U << 20U, 1024); }
  /// Settings of any part.
  static std::vector<tests::ByLogOrParts> others() {
    return {with(4096, 1024), with(1U << 20U, 2048)};
  }
  static tests::ByLogOrParts with(std::size_t chunk_bytes, std::size_t part_bytes) {
    return tests::ByLogOrParts(LogReplay<Shelf>{}.chunk_bytes(chunk_bytes),
                               SnapshotSync<Shelf>{}.part_bytes(part_bytes));
  }
};
template <>
struct Settings<tests::ByLogOrChanges> {
  static tests::ByLogOrChanges strategy() {
    return tests::ByLogOrChanges(LogReplay<ForgetfulStock>{}.chunk_bytes(1024),
                                 ForgetfulStock().state_sync());
  }
};

}  // namespace tessera::conformance

TESSERA_STATE_SYNC_CONFORMANCE(tessera::tests::Shelf, tessera::tests::ByLogOrParts);
TESSERA_STATE_SYNC_CONFORMANCE(Ledger, tessera::tests::ByLogOrState);
TESSERA_STATE_SYNC_CONFORMANCE(tessera::tests::ForgetfulStock, tessera::tests::ByLogOrChanges);
