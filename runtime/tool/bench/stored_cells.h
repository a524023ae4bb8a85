#pragma once

#include <tessera/runtime/tool/bench/cell_table.h>
#include <tessera/statesync/stored_map.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

/// Cells in the node's store: a machine that may be larger than memory.
namespace tessera::tool::bench {

/// Belongs to one thread; its views may outlive it.
class StoredCells {
 public:
  static constexpr std::string_view name = "stored";
  static constexpr bool is_stored = true;
  using View = StoredMap<std::uint64_t, std::string>::View;

  void keep_in(std::unique_ptr<storage::MachineTable> table) { map_.keep_in(std::move(table)); }
  /// Sets cells. What comes in the order of its keys and behind all others costs no look-up.
  void put_all(std::vector<Cell> cells);
  /// What a view has shown, in order.
  void append(const std::vector<View::Item>& items);
  [[nodiscard]] View view() const { return map_.view(); }
  [[nodiscard]] std::uint64_t size() const { return map_.size(); }
  [[nodiscard]] UniqueId digest() const { return map_.digest(); }

 private:
  StoredMap<std::uint64_t, std::string> map_;
  std::string highest_;  ///< no key above it was ever here; keys as they are stored
};

}  // namespace tessera::tool::bench
