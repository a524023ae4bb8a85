#pragma once

#include "custom_state_sync.h"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>

/// What is in store, by item. Amounts are added, so that a command applied twice shows.
class Stock {
 public:
  struct Move {
    std::string item;
    std::int64_t amount = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(item, amount);
    }
  };

  using Command = Move;
  using Result = std::int64_t;  // what is there now
  using StateSync = ChunkedState<Stock>;

  [[nodiscard]] tessera::UniqueId signature() const {
    return tessera::UniqueId::from("examples/stock/1");
  }
  [[nodiscard]] StateSync state_sync() const { return StateSync{}; }

  Result apply(const Move& move, const tessera::ApplyContext&) {
    return amounts_[move.item] += move.amount;
  }

  // What the strategy asks of its machine.
  [[nodiscard]] std::string save() const { return std::string(tessera::encode(amounts_).text()); }
  void load(const std::string& state) {
    auto amounts = tessera::decode<std::map<std::string, std::int64_t>>(tessera::as_bytes(state));
    if (!amounts) throw std::runtime_error("this is no stock: " + amounts.error().message());
    amounts_ = *std::move(amounts);
  }

 private:
  std::map<std::string, std::int64_t> amounts_;
};
