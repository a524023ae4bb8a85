#pragma once

#include <tessera/groups/apply_context.h>
#include <tessera/primitives/codec.h>
#include <tessera/statesync/diff_sync.h>
#include <tessera/statesync/keyed_state.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tessera::tests {

/// Rows of 256 letters by number. One command writes, or removes, several of them in one update.
class Shop {
 public:
  struct Write {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t edition = 0;  ///< 0: removes them
    template <class Archive>
    void serialize(Archive& archive) {
      archive(first, count, edition);
    }
  };
  using Command = Write;
  using Result = std::monostate;
  struct Look {
    template <class Archive>
    void serialize(Archive&) {}
  };
  using Query = Look;
  using QueryResult = Bytes;
  using StateSync = DiffSync<Shop>;
  using Rows = KeyedState<std::uint64_t, std::string>;

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/shop"); }
  [[nodiscard]] StateSync state_sync() const {
    return StateSync(rows_).portion_bytes(16U << 10U).diff_bytes_max(1U << 20U);
  }
  Result apply(const Write& write, const ApplyContext&) {
    auto update = rows_.begin_update();
    for (std::uint64_t row = write.first; row < write.first + write.count; ++row) {
      if (write.edition == 0) {
        update.erase(row);
      } else {
        update.set(row, std::string(256, static_cast<char>('a' + (row + write.edition) % 26)));
      }
    }
    return {};
  }
  [[nodiscard]] const Rows& keyed_state() const { return rows_; }
  [[nodiscard]] Rows& keyed_state() { return rows_; }
  [[nodiscard]] QueryResult query(const Look&) const { return all(); }
  /// All rows with their history.
  [[nodiscard]] Bytes all() const {
    std::vector<Rows::Change> items;
    auto snapshot = rows_.create_snapshot();
    while (auto item = snapshot.next()) items.push_back(*std::move(item));
    return encode(items);
  }

 private:
  Rows rows_{500};
};

}  // namespace tessera::tests
