#pragma once

#include <tessera/primitives/hash.h>
#include <tessera/tessera.h>

#include <cstdint>
#include <string>
#include <vector>

/// Machines that keep values by keys, and are brought up to date by what has changed.
namespace tessera::tests {

struct Delivery {
  std::string item;
  std::uint64_t count = 0;  ///< 0: no longer sold
  std::uint64_t number = 0;

  /// One of many, all of them different.
  static Delivery numbered(std::uint64_t i) {
    return {"item " + std::to_string(i % 40), i % 5 == 0 ? 0 : i, i};
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(item, count, number);
  }
};

/// How much there is of what. `history`: so many deliveries are remembered.
template <std::uint64_t history>
class StockOf {
 public:
  using Command = Delivery;
  using Result = std::uint64_t;
  using StateSync = DiffSync<StockOf>;
  using Rows = KeyedState<std::string, std::uint64_t>;

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/stock").derive(history); }
  [[nodiscard]] StateSync state_sync() const {
    // Small messages: what is fetched has a middle.
    return StateSync(rows_).portion_bytes(1024).part_bytes(1024).chunk_bytes(1024);
  }
  Result apply(const Delivery& delivery, const ApplyContext&) {
    auto update = rows_.begin_update();
    if (delivery.count == 0) {
      update.erase(delivery.item);
    } else {
      update.set(delivery.item, delivery.count);
    }
    update.set("last", delivery.number);
    return rows_.size();
  }
  [[nodiscard]] const Rows& keyed_state() const { return rows_; }
  [[nodiscard]] Rows& keyed_state() { return rows_; }

  [[nodiscard]] UniqueId digest() const {
    Hasher hasher("tests/stock");
    auto snapshot = rows_.create_snapshot();
    while (const auto item = snapshot.next()) hasher.add(encode(*item).view());
    return hasher.digest();
  }

 private:
  Rows rows_{history};
};

using Stock = StockOf<100'000>;
using ForgetfulStock = StockOf<50>;

}  // namespace tessera::tests
