#pragma once

#include <tessera/primitives/unique_id.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the machine of a benchmark holds: values by dense numbers, of which a view costs next to
/// nothing, so that what is measured is the catching up.
namespace tessera::tool::bench {

/// A numbered value; an empty one is no cell.
using Cell = std::pair<std::uint64_t, std::string>;

/// Written on one thread. Its views may be read on any, also while it is written: the shards that a
/// view shares are copied before they are changed.
class CellTable {
 public:
  static constexpr std::string_view name = "memory";
  static constexpr bool is_stored = false;
  static constexpr std::size_t shard_cells = 64;
  static constexpr std::uint64_t keys_max = std::uint64_t{1} << 32U;

 private:
  struct Shard {
    std::uint64_t edition = 0;  ///< of the table when it was made
    std::array<std::string, shard_cells> values;
  };
  using Shards = std::vector<std::shared_ptr<Shard>>;

 public:
  /// The cells as they were at one moment, in the order of their keys.
  class View {
   public:
    using Item = Cell;

    explicit View(Shards shards) : shards_(std::move(shards)) {}
    /// One cell after the other.
    std::optional<Cell> next();

   private:
    Shards shards_;
    std::uint64_t next_ = 0;
  };

  /// Sets a cell; keys from `keys_max` on are not taken.
  void put(Cell cell);
  /// What is at `key`; empty if nothing is.
  [[nodiscard]] std::string get(std::uint64_t key) const;
  void put_all(std::vector<Cell> cells) {
    for (Cell& cell : cells) put(std::move(cell));
  }
  /// What a view has shown.
  void append(std::vector<Cell> cells) { put_all(std::move(cells)); }
  [[nodiscard]] View view() const;
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Equal for equal cells, and only for them.
  [[nodiscard]] UniqueId digest() const;

 private:
  Shards shards_;
  std::uint64_t size_ = 0;
  /// Rises with each view: older shards belong to views, too, and are left as they are.
  mutable std::uint64_t edition_ = 0;
};

}  // namespace tessera::tool::bench
