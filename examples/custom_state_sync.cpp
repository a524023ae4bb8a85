// Proves the strategy of custom_state_sync.h on a machine of its own: a GoogleTest for each check.

#include "stock.h"
#include <tessera/conformance/state_sync.h>

template <>
struct tessera::conformance::Workload<Stock> {
  static Stock::Move command(std::uint64_t i) {
    return Stock::Move{"item " + std::to_string(i % 80), static_cast<std::int64_t>(i)};
  }
  static tessera::UniqueId digest(const Stock& machine) {
    return tessera::UniqueId::from(machine.save());
  }
};

// Small chunks, so that a simulated state has many; and what the strategy promises beyond the rest.
template <>
struct tessera::conformance::Settings<ChunkedState<Stock>> {
  static ChunkedState<Stock> strategy() { return ChunkedState<Stock>{128}; }
  static std::vector<ChunkedState<Stock>> others() {
    return {ChunkedState<Stock>{64}, ChunkedState<Stock>{256}};
  }
  static constexpr bool verifies = true;
};

TESSERA_STATE_SYNC_CONFORMANCE(Stock, ChunkedState<Stock>);
