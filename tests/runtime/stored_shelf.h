#pragma once

#include "shelf.h"

#include <memory>

namespace tessera::tests {

/// A shelf whose rows are kept in the node's store.
class StoredShelf {
 public:
  using Command = Shelf::Fill;
  using Result = std::uint64_t;
  using Query = Shelf::Look;
  using QueryResult = Shelf::Summary;
  using StateSync = SnapshotSync<StoredShelf>;
  using Rows = StoredMap<std::uint64_t, std::string>;
  using Snapshot = Rows::View;

  explicit StoredShelf(StateSync sync = {}) : sync_(std::move(sync)) {}

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/stored-shelf/1"); }
  [[nodiscard]] StateSync state_sync() const { return sync_; }
  void keep_in(std::unique_ptr<storage::MachineTable> table) { rows_.keep_in(std::move(table)); }

  Result apply(const Command& fill, const ApplyContext&) {
    for (std::uint64_t row = fill.first; row < fill.first + fill.count; ++row) {
      rows_.exchange(row, Shelf::text_of(row, fill));
    }
    return rows_.size();
  }
  [[nodiscard]] QueryResult query(const Query&) const { return {rows_.size(), rows_.digest()}; }

  [[nodiscard]] Snapshot create_snapshot() const { return rows_.view(); }
  void install_snapshot(std::vector<Snapshot::Item> items) { rows_.append(items); }

 private:
  StateSync sync_;
  Rows rows_;
};

}  // namespace tessera::tests
