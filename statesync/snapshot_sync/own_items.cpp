#include <tessera/statesync/snapshot_sync/own_items.h>

#include <algorithm>

namespace tessera::snapshot_sync {

bool OwnItems::note(std::uint32_t part, const std::vector<ItemDigest>& digests) {
  if (digests.size() > items_max - pairs_.size()) return false;
  for (std::uint32_t item = 0; item + 1 < digests.size(); ++item) {
    pairs_.push_back({pair_of(digests[item], digests[item + 1]), {part, item}});
  }
  sorted_ = false;
  return true;
}

std::vector<std::optional<OwnItems::Place>> OwnItems::find(const std::vector<ItemDigest>& digests) {
  if (!sorted_) std::sort(pairs_.begin(), pairs_.end());
  sorted_ = true;
  std::vector<std::optional<Place>> places(digests.size());
  for (std::size_t item = 0; item + 1 < digests.size(); ++item) {
    const std::uint64_t wanted = pair_of(digests[item], digests[item + 1]);
    const auto found = std::lower_bound(
        pairs_.begin(), pairs_.end(), wanted,
        [](const Pair& pair, std::uint64_t other) { return pair.digests < other; });
    if (found == pairs_.end() || found->digests != wanted) continue;
    if (!places[item]) places[item] = found->place;
    places[item + 1] = Place{found->place.part, found->place.item + 1};
  }
  return places;
}

}  // namespace tessera::snapshot_sync
