#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/rocks_snapshots.h>
#include <tessera/storage/rocks/internal/seal.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tessera::storage::rocks {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

/// In front of each chunk's data, so that no chunk is taken for another: the seal, then the group,
/// the snapshot and the part's number, which are the chunk's key.
[[nodiscard]] std::vector<std::uint8_t> chunk_start(const std::string& key) {
  std::vector<std::uint8_t> chunk(seal_size);
  const ByteView name = as_bytes(key);
  chunk.insert(chunk.end(), name.begin(), name.end());
  return chunk;
}

[[nodiscard]] std::string name_of(GroupId group, SnapshotId id) {
  return "snapshot " + std::to_string(id.value()) + " of group " + group.brief();
}

/// The bytes [from, to) of `anchor` and `state`, one after the other, appended to `out`.
struct Stretch {
  std::size_t from;
  std::size_t to;
};
void append_stretch(std::vector<std::uint8_t>& out, const Snapshot& snapshot, Stretch stretch) {
  const std::size_t middle = snapshot.anchor.size();
  const auto append = [&out](const Bytes& source, Stretch part) {
    if (part.from < part.to) {
      const ByteView view = source.view().subspan(part.from, part.to - part.from);
      out.insert(out.end(), view.begin(), view.end());
    }
  };
  append(snapshot.anchor, {stretch.from, std::min(stretch.to, middle)});
  append(snapshot.state,
         {std::max(stretch.from, middle) - middle, std::max(stretch.to, middle) - middle});
}

void must(const rocksdb::Status& status) { check(status.ok(), "a batch takes what it is given"); }

/// Collects a snapshot's two halves from its chunks.
class Assembly {
 public:
  explicit Assembly(const SnapshotManifest& manifest) : manifest_(manifest) {
    anchor_.reserve(manifest.anchor_bytes);
    state_.reserve(manifest.state_bytes);
  }

  void add(ByteView data) {
    const std::size_t to_anchor = std::min(data.size(), manifest_.anchor_bytes - anchor_.size());
    const auto middle = data.begin() + static_cast<std::ptrdiff_t>(to_anchor);
    anchor_.insert(anchor_.end(), data.begin(), middle);
    state_.insert(state_.end(), middle, data.end());
  }
  [[nodiscard]] std::size_t missing() const {
    return manifest_.anchor_bytes + manifest_.state_bytes - anchor_.size() - state_.size();
  }
  [[nodiscard]] Snapshot finish() {
    return {manifest_.position, Bytes(std::move(anchor_)), Bytes(std::move(state_))};
  }

 private:
  SnapshotManifest manifest_;
  std::vector<std::uint8_t> anchor_;
  std::vector<std::uint8_t> state_;
};

}  // namespace

Result<void> RocksSnapshots::put(GroupId group, SnapshotId id, const Snapshot& snapshot) {
  {
    const std::scoped_lock lock(mutex_);
    check(unfinished_.emplace(group, id).second, "a snapshot is put once");
  }
  auto stored = drop_leftover(group, id);
  if (stored) {
    stored = put_parts(group, id, snapshot);
  }
  const std::scoped_lock lock(mutex_);
  unfinished_.erase({group, id});
  return stored;
}

/// Parts of an earlier try under this name, which a crash kept from coming into force.
Result<void> RocksSnapshots::drop_leftover(GroupId group, SnapshotId id) {
  const std::scoped_lock writing(table_.writing());
  const auto record = table_.find(group);
  if (!record) {
    return record.error();
  }
  check(!(*record)->snapshot || (*record)->snapshot->id != id,
        "the snapshot in force is not replaced under its own name");
  const auto ids = stored(group);
  if (!ids) {
    return ids.error();
  }
  if (!std::ranges::binary_search(*ids, id)) {
    return {};
  }
  rocksdb::WriteBatch batch;
  must(batch.DeleteRange(database_.family(Family::snapshot), slice_of(part_key(group, {id, 0})),
                         slice_of(part_key(group, {id + 1, 0}))));
  // Nothing of the new parts can become durable before this: they are flushed after it.
  return database_.commit(batch, Database::Sync::later);
}

Result<void> RocksSnapshots::put_parts(GroupId group, SnapshotId id, const Snapshot& snapshot) {
  rocksdb::ColumnFamilyHandle* family = database_.family(Family::snapshot);
  const std::size_t total = snapshot.anchor.size() + snapshot.state.size();
  std::uint32_t number = 0;
  for (std::size_t from = 0; from < total; from += chunk_bytes) {
    const std::string key = part_key(group, {id, ++number});
    std::vector<std::uint8_t> chunk = chunk_start(key);
    chunk.reserve(chunk.size() + chunk_bytes);
    append_stretch(chunk, snapshot, {from, std::min(total, from + chunk_bytes)});
    seal(RecordKind::snapshot_chunk, chunk);
    rocksdb::WriteBatch batch;
    must(batch.Put(family, slice_of(key), slice_of(ByteView(chunk))));
    if (auto written = database_.commit(batch, Database::Sync::with_flush); !written) {
      return written;
    }
  }
  if (total > 0) {
    if (auto flushed = database_.flush(Family::snapshot); !flushed) {
      return flushed;
    }
  }
  const SnapshotManifest manifest{.group = group,
                                  .id = id,
                                  .position = snapshot.position,
                                  .anchor_bytes = snapshot.anchor.size(),
                                  .state_bytes = snapshot.state.size(),
                                  .chunk_bytes = static_cast<std::uint32_t>(chunk_bytes)};
  rocksdb::WriteBatch batch;
  must(batch.Put(family, slice_of(part_key(group, {id, 0})), slice_of(ByteView(sealed(manifest)))));
  return database_.commit(batch, Database::Sync::now);
}

Result<Snapshot> RocksSnapshots::load(GroupId group, SnapshotId id) {
  const std::string from = part_key(group, {id, 0});
  const std::string behind = part_key(group, {id + 1, 0});
  const Database::Bounds bounds{slice_of(from), slice_of(behind)};
  // One iterator for all parts: it sees them all or, when they are dropped meanwhile, still does.
  const auto part = database_.walk(Family::snapshot, bounds);
  part->SeekToFirst();
  if (!part->status().ok()) {
    return database_.read_error(part->status());
  }
  if (!part->Valid() || part->key() != slice_of(from)) {
    return Error(Errc::not_found, "there is no " + name_of(group, id) + " in the store in '" +
                                      database_.path().string() + "'");
  }
  const auto manifest = unsealed<SnapshotManifest>(view_of(part->value()));
  if (!manifest || manifest->group != group || manifest->id != id) {
    return database_.damaged("the manifest of " + name_of(group, id) + " fails its checks");
  }
  Assembly assembly(*manifest);
  for (std::uint32_t number = 1; assembly.missing() > 0; ++number) {
    part->Next();
    if (!part->status().ok()) {
      return database_.read_error(part->status());
    }
    const std::string key = part_key(group, {id, number});
    const auto payload = part->Valid() && part->key() == slice_of(key)
                             ? unseal(RecordKind::snapshot_chunk, view_of(part->value()))
                             : std::nullopt;
    const std::size_t size = std::min<std::size_t>(manifest->chunk_bytes, assembly.missing());
    if (!payload || payload->size() != key.size() + size ||
        as_text(payload->first(key.size())) != key) {
      return database_.damaged("part " + std::to_string(number) + " of " + name_of(group, id) +
                               " is missing or fails its checks");
    }
    assembly.add(payload->subspan(key.size()));
  }
  return assembly.finish();
}

Result<void> RocksSnapshots::drop_unused(GroupId group, SnapshotId keep) {
  const std::scoped_lock writing(table_.writing());
  const auto record = table_.find(group);
  if (!record) {
    return record.error();
  }
  const auto ids = stored(group);
  if (!ids) {
    return ids.error();
  }
  rocksdb::WriteBatch batch;
  const std::scoped_lock lock(mutex_);
  for (const SnapshotId id : *ids) {
    const auto& in_force = (*record)->snapshot;
    if (id != keep && !(in_force && in_force->id == id) && !unfinished_.contains({group, id})) {
      must(batch.DeleteRange(database_.family(Family::snapshot), slice_of(part_key(group, {id, 0})),
                             slice_of(part_key(group, {id + 1, 0}))));
    }
  }
  if (batch.Count() == 0) {
    return database_.usable();
  }
  return database_.commit(batch, Database::Sync::later);
}

/// The snapshots of which anything is stored, finished or not; ascending.
Result<std::vector<SnapshotId>> RocksSnapshots::stored(GroupId group) const {
  const std::string from = before_group(group);
  const std::string behind = behind_group(group);
  const Database::Bounds bounds{slice_of(from), slice_of(behind)};
  const auto position = database_.walk(Family::snapshot, bounds);
  std::vector<SnapshotId> ids;
  position->SeekToFirst();
  while (position->Valid()) {
    const auto part = part_of(group, position->key());
    if (!part) {
      return database_.damaged("a key of the snapshots of group " + group.brief() +
                               " is malformed");
    }
    ids.push_back(part->snapshot);
    position->Seek(slice_of(part_key(group, {part->snapshot + 1, 0})));
  }
  if (!position->status().ok()) {
    return database_.read_error(position->status());
  }
  return ids;
}

}  // namespace tessera::storage::rocks
