#include <tessera/runtime/tool/bench/strategies.h>
#include <tessera/statesync/adaptive.h>
#include <tessera/statesync/diff_sync.h>
#include <tessera/statesync/log_replay.h>
#include <tessera/statesync/snapshot_sync.h>

#include <array>

namespace tessera::tool::bench {
namespace {

template <class Table, template <class> class Strategy>
std::unique_ptr<Subject> join_with(const Network& network, const JoinPlan& plan) {
  return std::make_unique<SubjectOf<Cells<Table, Strategy>>>(network, plan);
}

template <class M>
using LogOrSnapshot = Adaptive<LogReplay<M>, SnapshotSync<M>>;

using Moves = StrategyRow::Moves;
constexpr std::array rows = {
    StrategyRow{"log", "LogReplay: the commands", Moves::entries, false,
                &join_with<CellTable, LogReplay>},
    StrategyRow{"snapshot", "SnapshotSync: the state", Moves::parts, true,
                &join_with<CellTable, SnapshotSync>},
    StrategyRow{"snapshot-stored", "SnapshotSync, with the machine in the node's store",
                Moves::parts, true, &join_with<StoredCells, SnapshotSync>},
    StrategyRow{"diff", "DiffSync: what has changed", Moves::parts, true,
                &join_with<KeyedCells, DiffSync>},
    StrategyRow{"adaptive", "Adaptive: the cheaper of log and snapshot", Moves::parts, true,
                &join_with<CellTable, LogOrSnapshot>},
    StrategyRow{"adaptive-stored", "Adaptive, with the machine in the node's store", Moves::parts,
                true, &join_with<StoredCells, LogOrSnapshot>},
};

}  // namespace

std::span<const StrategyRow> strategies() { return rows; }

const StrategyRow* strategy_named(std::string_view name) {
  for (const StrategyRow& row : rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string strategy_names() {
  std::string names;
  for (const StrategyRow& row : rows) names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

}  // namespace tessera::tool::bench
