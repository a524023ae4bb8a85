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

namespace tessera::conformance {
namespace {

TEST(Parity, M20_TheStrategyOfTheDocumentationHoldsInEveryCheck) {
  const TypedSubject<Ledger, WholeState<Ledger>> subject;
  for (const NamedCheck& each : all_checks()) {
    // What it does not promise is the one thing that it need not do.
    if (each.check == &installs_no_wrong_byte) continue;
    EXPECT_EQ(each.check(subject).value_or("nothing"), "nothing") << each.name;
  }
}

}  // namespace
}  // namespace tessera::conformance

TESSERA_STATE_SYNC_CONFORMANCE(Ledger, WholeState<Ledger>, tessera::LogReplay<Ledger>);
