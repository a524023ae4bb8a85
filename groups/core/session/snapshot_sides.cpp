#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/session/snapshot_sides.h>

#include <utility>

namespace tessera::core {
namespace {

/// Nothing if the anchor does not decode: a store that is damaged so has no snapshot to offer.
std::optional<HeldSnapshot> as_held(const std::optional<KeptSnapshot>& kept) {
  if (!kept) return std::nullopt;
  auto anchor = decode_anchor(kept->manifest.anchor);
  if (!anchor) return std::nullopt;
  return HeldSnapshot{kept->id, *std::move(anchor), kept->manifest.parts, kept->manifest.contents};
}

}  // namespace

std::optional<HeldSnapshot> SnapshotsSide::newest() const {
  return as_held(host_.newest_snapshot());
}

std::optional<storage::SnapshotId> SnapshotsSide::newest_id() const {
  const auto& newest = host_.newest_snapshot();
  if (!newest) return std::nullopt;
  return newest->id;
}

std::optional<HeldSnapshot> StagingSide::staged() const { return as_held(host_.staged()); }

storage::SnapshotId StagingSide::stage(HeldSnapshot snapshot) {
  storage::SnapshotManifest manifest;
  manifest.position = snapshot.anchor.position();
  manifest.anchor = encode_anchor(snapshot.anchor);
  manifest.parts = snapshot.parts;
  manifest.contents = std::move(snapshot.contents);
  return host_.stage(std::move(manifest));
}

void StagingSide::install() {
  if (auto loading = host_.load_staged(); !loading) {
    fail_("the staged snapshot cannot be installed: " + loading.error().message());
  }
}

}  // namespace tessera::core
