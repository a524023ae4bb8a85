#pragma once

#include <tessera/runtime/tool/bench/cell_table.h>
#include <tessera/statesync/keyed_state.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Cells that remember which of them were changed last: what `DiffSync` serves.
namespace tessera::tool::bench {

/// Belongs to one thread.
class KeyedCells {
 public:
  static constexpr std::string_view name = "keyed";
  static constexpr bool is_stored = false;
  using Rows = KeyedState<std::uint64_t, std::string>;
  /// So many commands are remembered.
  static constexpr std::uint64_t history_max = 100'000;

  void put_all(std::vector<Cell> cells);
  [[nodiscard]] std::uint64_t size() const { return rows_.size(); }
  [[nodiscard]] UniqueId digest() const;
  [[nodiscard]] const Rows& rows() const { return rows_; }
  [[nodiscard]] Rows& rows() { return rows_; }

 private:
  Rows rows_{history_max};
};

}  // namespace tessera::tool::bench
