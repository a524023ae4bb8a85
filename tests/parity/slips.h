#pragma once

#include <tessera/primitives/hash.h>
#include <tessera/tessera.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A machine that does not always do what its commands say: it adds up, and a test may have one
/// member's add something else.
namespace tessera::tests {

class Slips {
 public:
  struct Add {
    std::uint64_t row = 0;
    std::uint64_t amount = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(row, amount);
    }
  };
  struct Digest {
    template <class Archive>
    void serialize(Archive&) {}
  };

  using Command = Add;
  using Result = std::uint64_t;
  using Query = Digest;
  using QueryResult = UniqueId;
  using StateSync = SnapshotSync<Slips>;
  using Rows = SnapshotMap<std::uint64_t, std::uint64_t>;
  using Snapshot = Rows::View;

  /// What the next command adds besides; added once.
  using Slip = std::shared_ptr<std::atomic<std::uint64_t>>;
  explicit Slips(Slip slip) : slip_(std::move(slip)) {}

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/slips/1"); }
  [[nodiscard]] StateSync state_sync() const { return {}; }

  Result apply(const Add& add, const ApplyContext&) {
    const std::uint64_t* before = rows_.find(add.row);
    const std::uint64_t sum = (before == nullptr ? 0 : *before) + add.amount + slip_->exchange(0);
    rows_.set(add.row, sum);
    return sum;
  }
  [[nodiscard]] QueryResult query(const Digest&) const {
    Hasher hasher("tests/slips");
    for (Snapshot view = rows_.view(); auto item = view.next();) {
      hasher.add(item->first).add(item->second);
    }
    return hasher.digest();
  }

  [[nodiscard]] Snapshot create_snapshot() const { return rows_.view(); }
  void install_snapshot(std::vector<Snapshot::Item> items) {
    for (const auto& [row, sum] : items) rows_.set(row, sum);
  }

 private:
  Slip slip_;
  Rows rows_;
};

}  // namespace tessera::tests
