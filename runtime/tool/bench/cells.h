#pragma once

#include <tessera/groups/apply_context.h>
#include <tessera/runtime/tool/bench/cell_table.h>
#include <tessera/runtime/tool/bench/keyed_cells.h>
#include <tessera/runtime/tool/bench/stored_cells.h>
#include <tessera/runtime/tool/bench/write_plan.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

/// The machines that `tessera bench` replicates: cells in one of the tables, with the strategy that
/// is to be measured.
namespace tessera::tool::bench {

/// What two members compare.
struct Summary {
  std::uint64_t cells = 0;
  UniqueId digest;
};

template <class Table, template <class> class Strategy>
class Cells {
  static constexpr bool is_keyed = requires(Table & table) { table.rows(); };

 public:
  struct Look {
    template <class Archive>
    void serialize(Archive&) {}
  };
  using Command = Write;
  using Result = std::uint64_t;
  using Query = Look;
  using QueryResult = Summary;
  using StateSync = Strategy<Cells>;

  [[nodiscard]] UniqueId signature() const {
    return UniqueId::from("tessera/bench/cells/3").derive(Table::name);
  }
  [[nodiscard]] StateSync state_sync() const {
    if constexpr (is_keyed) {
      return StateSync(table_.rows());
    } else {
      return StateSync{};
    }
  }

  Result apply(const Write& write, const ApplyContext&) {
    std::vector<Cell> cells;
    const PlannedPuts planned = write.planned.value_or(PlannedPuts{});
    cells.reserve(write.puts.size() + (planned.upto - planned.from));
    for (const Put& put : write.puts) cells.emplace_back(put.key, put.value);
    for (std::uint64_t place = planned.from; place < planned.upto; ++place) {
      Put put = planned.plan.at(place);
      cells.emplace_back(put.key, std::move(put.value));
    }
    table_.put_all(std::move(cells));
    return table_.size();
  }
  [[nodiscard]] QueryResult query(const Look&) const { return {table_.size(), table_.digest()}; }

  // Of a table that has a view.
  [[nodiscard]] auto create_snapshot() const requires(!is_keyed) { return table_.view(); }
  template <class Item>
  void install_snapshot(std::vector<Item> items) requires(!is_keyed) {
    table_.append(std::move(items));
  }
  // Of one in the node's store.
  void keep_in(std::unique_ptr<storage::MachineTable> table) requires Table::is_stored {
    table_.keep_in(std::move(table));
  }
  // Of one that remembers what was changed.
  [[nodiscard]] const auto& keyed_state() const requires is_keyed { return table_.rows(); }
  [[nodiscard]] auto& keyed_state() requires is_keyed { return table_.rows(); }

 private:
  Table table_;
};

}  // namespace tessera::tool::bench
