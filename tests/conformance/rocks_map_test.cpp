#include <tessera/conformance/state_sync.h>
#include <tessera/runtime/collections/rocks_map.h>

/// A machine whose state is in a table passes what everybody's must.
using Ledger = tessera::RocksMap<std::string, std::uint64_t>;

template <>
struct tessera::conformance::Workload<Ledger> {
  static Ledger::Command command(std::uint64_t i) {
    Ledger::Command command;
    if (i % 7 == 3) {
      command.kind = Ledger::Command::Kind::remove;
      command.keys.push_back(std::to_string((i - 1) % 100));
      command.expected = i;  // of no meaning here; no two commands may be alike
    } else {
      command.entries.emplace_back(std::to_string(i % 100), i);
    }
    return command;
  }
  static tessera::UniqueId digest(const Ledger& machine) {
    Ledger::Query query;
    query.kind = Ledger::Query::Kind::digest;
    return machine.query(query).digest;
  }
};

TESSERA_STATE_SYNC_CONFORMANCE(Ledger, tessera::SnapshotSync<Ledger>);
