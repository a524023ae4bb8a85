#include "../runtime/shelf.h"
#include <tessera/conformance/state_sync.h>

/// `SnapshotSync` passes what everybody's strategy must. It does not promise to find wrong bytes in
/// log entries, which have no digests; those in parts it finds.
using tessera::tests::Shelf;

template <>
struct tessera::conformance::Workload<Shelf> {
  static Shelf::Fill command(std::uint64_t i) { return Shelf::Fill{i % 100, 1, 50, i}; }
  static tessera::UniqueId digest(const Shelf& machine) {
    return machine.query(Shelf::Look{}).digest;
  }
};

template <>
struct tessera::conformance::Settings<tessera::SnapshotSync<Shelf>> {
  static tessera::SnapshotSync<Shelf> strategy() {
    return tessera::SnapshotSync<Shelf>{}.part_bytes(1024);
  }
  static std::vector<tessera::SnapshotSync<Shelf>> others() {
    return {tessera::SnapshotSync<Shelf>{}, strategy().chunk_bytes(4096)};
  }
};

TESSERA_STATE_SYNC_CONFORMANCE(Shelf, tessera::SnapshotSync<Shelf>);
