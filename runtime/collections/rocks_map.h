#pragma once

#include <tessera/groups/apply_context.h>
#include <tessera/primitives/unique_id.h>
#include <tessera/runtime/collections/map_commands.h>
#include <tessera/statesync/snapshot_sync.h>
#include <tessera/statesync/stored_map.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

/// The state machine of a replicated map that may be larger than memory: its entries are in the
/// node's store.
///
///     auto group = network.group(key).state_machine([] { return tessera::RocksMap<K, V>("ledger");
///     })
///                      .join();
///
/// Commands, outcomes and queries are those of `MapMachine`. A node without a data directory keeps
/// the entries in memory. What is fetched to catch up is written to sorted files, which the store
/// takes in as they are.
namespace tessera {

/// `K` and `V`: copyable and serialisable with cereal; for the order of keys see `StoredMap`.
template <class K, class V>
class RocksMap {
 public:
  using Command = MapCommand<K, V>;
  using Result = MapOutcome<V>;
  using Query = MapQuery<K>;
  using QueryResult = MapAnswer<K, V>;
  using StateSync = SnapshotSync<RocksMap>;
  using Snapshot = typename StoredMap<K, V>::View;

  /// An empty map. `name`: tells maps of different meaning apart, as a part of the group id.
  explicit RocksMap(std::string name = "map") : name_(std::move(name)) {}

  [[nodiscard]] UniqueId signature() const {
    return UniqueId::from("tessera/rocks-map/1").derive(name_);
  }
  [[nodiscard]] StateSync state_sync() const { return {}; }

  void keep_in(std::unique_ptr<storage::MachineTable> table) { content_.keep_in(std::move(table)); }
  /// Costs the same however much the map holds.
  [[nodiscard]] Snapshot create_snapshot() const { return content_.view(); }
  void install_snapshot(std::vector<typename Snapshot::Item> items) { content_.append(items); }

  Result apply(const Command& command, const ApplyContext&) {
    return Operations::apply(content_, command);
  }
  [[nodiscard]] QueryResult query(const Query& query) const {
    return Operations::query(content_, query);
  }

 private:
  using Operations = MapOperations<K, V, StoredMap<K, V>>;

  std::string name_;
  StoredMap<K, V> content_;
};

}  // namespace tessera
