#pragma once

#include <tessera/primitives/hash.h>
#include <tessera/tessera.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A machine with a state worth fetching: rows by their keys, brought to those who lag in
/// snapshots.
namespace tessera::tests {

class Shelf {
 public:
  /// Fills `count` rows from `first` on; their contents follow from their keys and `edition`.
  struct Fill {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t row_bytes = 0;
    std::uint64_t edition = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(first, count, row_bytes, edition);
    }
  };
  struct Look {
    template <class Archive>
    void serialize(Archive&) {}
  };
  struct Summary {
    std::uint64_t rows = 0;
    UniqueId digest;
    bool operator==(const Summary&) const = default;
  };

  using Command = Fill;
  using Result = std::uint64_t;
  using Query = Look;
  using QueryResult = Summary;
  using StateSync = SnapshotSync<Shelf>;
  using Rows = std::map<std::uint64_t, std::string>;

  class Snapshot {
   public:
    using Item = std::pair<std::uint64_t, std::string>;
    explicit Snapshot(Rows rows) : rows_(std::move(rows)) {}
    std::optional<Item> next() {
      if (rows_.empty()) return std::nullopt;
      auto first = rows_.extract(rows_.begin());
      return Item{first.key(), std::move(first.mapped())};
    }

   private:
    Rows rows_;
  };

  explicit Shelf(StateSync sync = {}) : sync_(std::move(sync)) {}

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/shelf/1"); }
  [[nodiscard]] StateSync state_sync() const { return sync_; }

  Result apply(const Fill& fill, const ApplyContext&) {
    for (std::uint64_t row = fill.first; row < fill.first + fill.count; ++row) {
      rows_[row] = text_of(row, fill);
    }
    return rows_.size();
  }
  [[nodiscard]] QueryResult query(const Look&) const {
    Hasher hasher("tests/shelf");
    for (const auto& [row, text] : rows_) hasher.add(row).add(text);
    return {rows_.size(), hasher.digest()};
  }

  [[nodiscard]] Snapshot create_snapshot() const { return Snapshot(rows_); }
  void install_snapshot(std::vector<Snapshot::Item> items) {
    for (auto& [row, text] : items) rows_.insert_or_assign(row, std::move(text));
  }

  /// What `fill` puts into a row.
  static std::string text_of(std::uint64_t row, const Fill& fill) {
    std::string text = std::to_string(row) + '/' + std::to_string(fill.edition) + ' ';
    std::uint64_t word = row * 0x9e3779b97f4a7c15U + fill.edition;
    while (text.size() < fill.row_bytes) {
      word = word * 6364136223846793005U + 1442695040888963407U;
      text += static_cast<char>('a' + (word >> 59U));
    }
    return text;
  }

 private:
  StateSync sync_;
  Rows rows_;
};

using ShelfGroup = Group<Shelf>;

}  // namespace tessera::tests
