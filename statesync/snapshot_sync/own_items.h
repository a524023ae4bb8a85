#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/statesync/snapshot_sync/outline.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// Where a member's older snapshot has the items that another one consists of.
///
/// An item counts as held if it and a neighbour of it are neighbours in the older snapshot as well:
/// of 48 bits among millions of items hardly one deceives, and items that were changed alone among
/// unchanged ones are still told apart. A value; holds 16 bytes for each item, of `items_max` items
/// at most.
namespace tessera::snapshot_sync {

class OwnItems {
 public:
  /// An item of the older snapshot.
  struct Place {
    std::uint32_t part = 0;
    std::uint32_t item = 0;  ///< from 0
    auto operator<=>(const Place&) const = default;
  };

  /// Notes the items of a part of the older snapshot. False if no more can be noted.
  bool note(std::uint32_t part, const std::vector<ItemDigest>& digests);

  /// Where each of these items, neighbours in the other snapshot, is held; nothing for those that
  /// are not.
  [[nodiscard]] std::vector<std::optional<Place>> find(const std::vector<ItemDigest>& digests);

  static constexpr std::size_t items_max = std::size_t{8} << 20U;  ///< 128 MiB

 private:
  /// Two neighbours, by the place of the first.
  struct Pair {
    std::uint64_t digests = 0;
    Place place;
    auto operator<=>(const Pair&) const = default;
  };
  [[nodiscard]] static std::uint64_t pair_of(ItemDigest first, ItemDigest second) {
    return (std::uint64_t{first} << 24U) | second;
  }

  std::vector<Pair> pairs_;
  bool sorted_ = true;
};

}  // namespace tessera::snapshot_sync
