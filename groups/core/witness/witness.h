#pragma once

#include <tessera/groups/core/witness/store_memory.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <cstdint>
#include <map>
#include <vector>

/// What this member remembers of the group's stores, its own included, so that a store that was
/// put back from an old copy is found out (consensus.md, "A restored old copy").
///
/// It detects and does not prove: what nobody has heard of, nobody remembers. Owned by `GroupCore`.
namespace tessera::core {

class Witness {
 public:
  /// Stores remembered; beyond that the one of which nothing was heard for longest is forgotten.
  static constexpr std::size_t stores_max = 256;

  /// Begins with what `encoded` gave; empty: nothing. `damaged` if it does not decode.
  [[nodiscard]] static Result<Witness> restore(const Bytes& record);
  [[nodiscard]] Bytes encoded() const;

  /// Keeps the higher of what is known and of each part of `heard`.
  void remember(const StoreMemory& heard);

  /// What is remembered of the stores of `peer`: at most `told_max`, the latest ones.
  static constexpr std::size_t told_max = 8;
  [[nodiscard]] std::vector<StoreMemory> of(const PeerId& peer) const;

  /// Rises with everything that is new.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  /// What is new since `version`.
  [[nodiscard]] std::vector<StoreMemory> since(std::uint64_t version) const;

 private:
  struct Known {
    StoreMemory memory;
    std::uint64_t version = 0;  ///< when it last changed
  };
  void make_room();

  std::map<MemberId, Known> known_;
  std::uint64_t version_ = 0;
};

/// True if somebody has heard `store` state more than it now holds.
[[nodiscard]] bool states_less(const StoreMemory& store, const StoreMemory& remembered);

}  // namespace tessera::core
