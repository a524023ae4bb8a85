#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/primitives/codec.h>
#include <tessera/statesync/snapshot_sync/part_cutter.h>
#include <tessera/statesync/snapshot_sync/part_list.h>
#include <tessera/statesync/snapshot_sync/settings.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A machine's snapshot as parts, and a machine from them.
namespace tessera::snapshot_sync {

/// What a snapshot of `M` consists of.
template <class M>
using ItemOf =
    typename std::remove_cvref_t<decltype(std::declval<const M&>().create_snapshot())>::Item;

/// Cuts a view of a machine into parts.
template <class M>
class Reader final : public StateReader {
 public:
  using Snapshot = std::remove_cvref_t<decltype(std::declval<const M&>().create_snapshot())>;

  Reader(Snapshot snapshot, std::size_t part_bytes)
      : snapshot_(std::move(snapshot)), cutter_(part_bytes) {}

  Result<std::optional<Bytes>> next() override {
    while (std::optional<ItemOf<M>> item = snapshot_.next()) {
      ++items_;
      auto encoded = try_encode(*item);
      if (!encoded) {
        return std::move(encoded).error().within("item " + std::to_string(items_) +
                                                 " of the snapshot");
      }
      if (auto part = cutter_.add(encoded->view())) return noted(*std::move(part));
    }
    if (auto last = cutter_.finish()) return noted(*std::move(last));
    return std::optional<Bytes>();
  }
  [[nodiscard]] Bytes contents() const override { return encode(list_); }

 private:
  Result<std::optional<Bytes>> noted(Bytes part) {
    list_.parts.push_back(describe(part));
    if (part.size() > Settings::sent_part_bytes_max) {
      return Error(Errc::too_large, *too_large_to_send(list_) + "; its last item is number " +
                                        std::to_string(items_) + " of the state");
    }
    return std::optional(std::move(part));
  }

  Snapshot snapshot_;
  PartCutter cutter_;
  PartList list_;
  std::uint64_t items_ = 0;
};

/// Fills a fresh machine.
template <class M>
class Writer final : public StateWriter {
 public:
  /// `fresh` outlives the writer.
  Writer(M& fresh, PartList list) : fresh_(fresh), list_(std::move(list)) {}

  Result<void> add(const Bytes& part) override {
    // Its digest was looked at when it came; the store finds what has changed since.
    if (added_ == list_.parts.size() || part.size() != list_.parts[added_].bytes) {
      return Error(Errc::damaged,
                   "part " + std::to_string(added_ + 1) + " of the snapshot is not what it was");
    }
    ++added_;
    auto encoded = items_of(part);
    if (!encoded) return std::move(encoded).error();
    std::vector<ItemOf<M>> items;
    items.reserve(encoded->size());
    for (const Bytes& each : *encoded) {
      auto item = decode<ItemOf<M>>(each);
      if (!item) return std::move(item).error().within("an item of the snapshot");
      items.push_back(*std::move(item));
    }
    fresh_.install_snapshot(std::move(items));
    return {};
  }

  Result<void> finish() override {
    if (added_ == list_.parts.size()) return {};
    return Error(Errc::damaged, "the snapshot ends at part " + std::to_string(added_));
  }

 private:
  M& fresh_;
  PartList list_;
  std::size_t added_ = 0;
};

}  // namespace tessera::snapshot_sync
