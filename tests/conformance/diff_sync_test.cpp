#include "../statesync/stock.h"
#include <tessera/conformance/state_sync.h>

/// `DiffSync` passes what everybody's strategy must, where the history reaches back to the
/// beginning and where it does not. It does not promise to find wrong bytes in changes or log
/// entries, which have no digests.
using tessera::tests::Delivery;
using tessera::tests::ForgetfulStock;
using tessera::tests::Stock;

template <>
struct tessera::conformance::Workload<Stock> {
  static Delivery command(std::uint64_t i) { return Delivery::numbered(i); }
  static tessera::UniqueId digest(const Stock& machine) { return machine.digest(); }
};

template <>
struct tessera::conformance::Workload<ForgetfulStock> {
  static Delivery command(std::uint64_t i) { return Delivery::numbered(i); }
  static tessera::UniqueId digest(const ForgetfulStock& machine) { return machine.digest(); }
};

template <>
struct tessera::conformance::Settings<tessera::DiffSync<Stock>> {
  static tessera::DiffSync<Stock> strategy() { return Stock().state_sync(); }
  static std::vector<tessera::DiffSync<Stock>> others() {
    return {strategy().portion_bytes(8192), strategy().part_bytes(8192),
            strategy().chunk_bytes(8192),
            tessera::DiffSync<Stock>(tessera::KeyedState<std::string, std::uint64_t>(17))};
  }
};

TESSERA_STATE_SYNC_CONFORMANCE(Stock, tessera::DiffSync<Stock>);

namespace {
using Forgetful = tessera::DiffSync<ForgetfulStock>;
}  // namespace
TESSERA_STATE_SYNC_CONFORMANCE(ForgetfulStock, Forgetful);
