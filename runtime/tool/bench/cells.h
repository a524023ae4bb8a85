#pragma once

#include <tessera/groups/apply_context.h>
#include <tessera/runtime/tool/bench/cell_table.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// The machine that `tessera bench` replicates, with the strategy that is to be measured.
namespace tessera::tool::bench {

/// Its one command.
struct Put {
  std::uint64_t key = 0;
  std::string value;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(key, value);
  }
};

/// What two members compare.
struct Summary {
  std::uint64_t cells = 0;
  UniqueId digest;
};

template <template <class> class Strategy>
class Cells {
 public:
  struct Look {
    template <class Archive>
    void serialize(Archive&) {}
  };
  using Command = Put;
  using Result = std::uint64_t;
  using Query = Look;
  using QueryResult = Summary;
  using StateSync = Strategy<Cells>;
  using Snapshot = CellTable::View;

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tessera/bench/cells/1"); }
  [[nodiscard]] StateSync state_sync() const { return StateSync{}; }

  Result apply(const Put& put, const ApplyContext&) {
    table_.put({put.key, put.value});
    return table_.size();
  }
  [[nodiscard]] QueryResult query(const Look&) const { return {table_.size(), table_.digest()}; }

  [[nodiscard]] Snapshot create_snapshot() const { return table_.view(); }
  void install_snapshot(std::vector<Cell> cells) {
    for (Cell& cell : cells) table_.put(std::move(cell));
  }

 private:
  CellTable table_;
};

}  // namespace tessera::tool::bench
