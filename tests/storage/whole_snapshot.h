#pragma once

#include <tessera/storage/store.h>

#include <algorithm>
#include <utility>
#include <vector>

/// Snapshots as one value, for tests that do not care about their parts.
namespace tessera::storage::testing {

struct Snapshot {
  Cursor position;
  Bytes anchor;
  Bytes state;
};

/// Stores `snapshot` in parts of a mebibyte.
inline Result<void> put(SnapshotStore& store, GroupId group, SnapshotId id,
                        const Snapshot& snapshot) {
  constexpr std::size_t part_bytes = std::size_t{1} << 20U;
  SnapshotManifest manifest{snapshot.position, snapshot.anchor, 0, {}};
  if (auto staged = store.stage(group, id, manifest); !staged) return staged;
  for (std::size_t from = 0; from < snapshot.state.size(); from += part_bytes) {
    const Bytes part = snapshot.state.slice({from, part_bytes});
    if (auto stored = store.put_part(group, {id, ++manifest.parts}, part.view()); !stored) {
      return stored;
    }
  }
  return store.complete(group, id, manifest);
}

/// A snapshot that is complete; `not_found` if there is none.
inline Result<Snapshot> load(SnapshotStore& store, GroupId group, SnapshotId id) {
  const auto stored = store.find(group, id);
  if (!stored) return stored.error();
  if (!stored->complete) return Error(Errc::not_found, "it is not complete");
  std::vector<std::uint8_t> state;
  for (std::uint32_t number = 1; number <= stored->manifest.parts; ++number) {
    const auto part = required_part(store, group, {id, number});
    if (!part) return part.error();
    state.insert(state.end(), part->view().begin(), part->view().end());
  }
  return Snapshot{stored->manifest.position, stored->manifest.anchor, Bytes(std::move(state))};
}

inline Result<void> drop_unused(SnapshotStore& store, GroupId group, SnapshotId keep) {
  return store.drop_unused(group, std::vector{keep});
}

}  // namespace tessera::storage::testing
