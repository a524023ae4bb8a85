#pragma once

#include <tessera/groups/apply_context.h>
#include <tessera/runtime/tool/bench/cell_table.h>
#include <tessera/statesync/snapshot_sync.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// The machine behind `tessera bench write` and `tessera bench read`: as little of its own as a
/// machine can have, so that the group is what is measured.
namespace tessera::tool::bench {

class ServedCells {
 public:
  struct Set {
    std::uint64_t key = 0;
    std::string value;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(key, value);
    }
  };
  struct Get {
    std::uint64_t key = 0;
    bool everything = false;  ///< the digest of all cells, instead
    template <class Archive>
    void serialize(Archive& archive) {
      archive(key, everything);
    }
  };
  struct Found {
    std::string value;  ///< empty: there is none
    UniqueId digest;
  };
  using Command = Set;
  using Result = std::uint64_t;  ///< how many cells there are
  using Query = Get;
  using QueryResult = Found;
  using StateSync = SnapshotSync<ServedCells>;
  using Snapshot = CellTable::View;

  [[nodiscard]] UniqueId signature() const {
    return UniqueId::from("tessera/bench/served-cells/1");
  }
  [[nodiscard]] StateSync state_sync() const { return {}; }

  Result apply(const Set& set, const ApplyContext&) {
    table_.put({set.key, set.value});
    return table_.size();
  }
  [[nodiscard]] QueryResult query(const Get& get) const {
    Found found;
    if (get.everything) {
      found.digest = table_.digest();
    } else {
      found.value = table_.get(get.key);
    }
    return found;
  }

  [[nodiscard]] Snapshot create_snapshot() const { return table_.view(); }
  void install_snapshot(std::vector<Cell> cells) {
    for (Cell& cell : cells) table_.put(std::move(cell));
  }

 private:
  CellTable table_;
};

}  // namespace tessera::tool::bench
