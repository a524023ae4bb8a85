#pragma once

#include <tessera/statesync/adapter.h>
#include <tessera/statesync/log_replay.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tessera::shell::testing {

/// Remembers every line it is given; the result is how many there are.
class Ledger {
 public:
  struct Line {
    std::string text;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(text);
    }
  };
  using Command = Line;
  using Result = std::uint64_t;
  using StateSync = LogReplay<Ledger>;

  explicit Ledger(std::string settings = "1") : settings_(std::move(settings)) {}

  [[nodiscard]] UniqueId signature() const {
    return UniqueId::from("tests/ledger").derive(settings_);
  }
  [[nodiscard]] StateSync state_sync() const { return {}; }
  Result apply(const Line& line, const ApplyContext&) {
    lines_.push_back(line.text);
    return lines_.size();
  }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::string settings_;
  std::vector<std::string> lines_;
};

using LedgerAdapter = MachineAdapter<Ledger>;

}  // namespace tessera::shell::testing
