#pragma once

#include "whole_state.h"

#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>

/// The machine of two examples: rows by their keys, which `WholeState` brings to those who lag.
class Ledger {
 public:
  struct Put {
    std::string key;
    std::string value;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(key, value);
    }
  };
  struct Count {
    template <class Archive>
    void serialize(Archive&) {}
  };

  using Command = Put;
  using Result = std::monostate;
  using Query = Count;
  using QueryResult = std::size_t;
  using StateSync = WholeState<Ledger>;

  [[nodiscard]] tessera::UniqueId signature() const {
    return tessera::UniqueId::from("examples/ledger/1");
  }
  [[nodiscard]] StateSync state_sync() const { return {}; }

  Result apply(const Put& put, const tessera::ApplyContext&) {
    rows_[put.key] = put.value;
    return {};
  }
  [[nodiscard]] QueryResult query(const Count&) const { return rows_.size(); }

  // What the strategy asks of its machine.
  [[nodiscard]] std::string save() const { return std::string(tessera::encode(rows_).text()); }
  void load(const std::string& state) {
    auto rows = tessera::decode<std::map<std::string, std::string>>(tessera::as_bytes(state));
    if (!rows) throw std::runtime_error("this is no ledger: " + rows.error().message());
    rows_ = *std::move(rows);
  }

 private:
  std::map<std::string, std::string> rows_;
};
