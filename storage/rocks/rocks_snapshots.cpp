#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/meta_records.h>
#include <tessera/storage/rocks/internal/rocks_snapshots.h>
#include <tessera/storage/rocks/internal/seal.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tessera::storage::rocks {
namespace {

void must(const rocksdb::Status& status) { check(status.ok(), "a batch takes what it is given"); }

[[nodiscard]] std::string part_of_group(GroupId group, const SnapshotPart& part) {
  return name_of(part) + " of group " + group.brief();
}

/// A part as it is stored: its key stands in front of the data, so that none is taken for another.
[[nodiscard]] std::vector<std::uint8_t> sealed_part(std::string_view key, ByteView data) {
  std::vector<std::uint8_t> stored(seal_size);
  stored.reserve(seal_size + key.size() + data.size());
  const ByteView name = as_bytes(key);
  stored.insert(stored.end(), name.begin(), name.end());
  stored.insert(stored.end(), data.begin(), data.end());
  seal(RecordKind::snapshot_chunk, stored);
  return stored;
}

/// The data in a part as it is stored; nothing if it is not as it was stored.
[[nodiscard]] std::optional<ByteView> unsealed_part(std::string_view key, ByteView stored) {
  const auto payload = unseal(RecordKind::snapshot_chunk, stored);
  if (!payload || payload->size() < key.size() || as_text(payload->first(key.size())) != key) {
    return std::nullopt;
  }
  return payload->subspan(key.size());
}

void put_manifest(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family,
                  const SnapshotRecord& record) {
  must(batch.Put(family, slice_of(part_key(record.group, {record.id, 0})),
                 slice_of(ByteView(sealed(record)))));
}

void drop(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family, GroupId group,
          SnapshotId id) {
  must(batch.DeleteRange(family, slice_of(part_key(group, {id, 0})),
                         slice_of(part_key(group, {id + 1, 0}))));
}

}  // namespace

Result<void> RocksSnapshots::stage(GroupId group, SnapshotId id, const SnapshotManifest& manifest) {
  const std::scoped_lock writing(table_.writing());
  const auto record = table_.find(group);
  if (!record) {
    return record.error();
  }
  check(!(*record)->snapshot || (*record)->snapshot->id != id,
        "the snapshot in force is not replaced under its own name");
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* family = database_.family(Family::snapshot);
  drop(batch, family, group, id);
  put_manifest(batch, family, {group, id, {manifest, false}});
  // Nothing of the new parts can become durable before this: they are flushed after it.
  return database_.commit(batch, Database::Sync::later);
}

Result<void> RocksSnapshots::put_part(GroupId group, const SnapshotPart& part, ByteView data) {
  const std::string key = part_key(group, part);
  rocksdb::WriteBatch batch;
  must(batch.Put(database_.family(Family::snapshot), slice_of(key),
                 slice_of(ByteView(sealed_part(key, data)))));
  return database_.commit(batch, Database::Sync::with_flush);
}

Result<void> RocksSnapshots::complete(GroupId group, SnapshotId id,
                                      const SnapshotManifest& manifest) {
  if (manifest.parts > 0) {
    if (auto flushed = database_.flush(Family::snapshot); !flushed) {
      return flushed;
    }
  }
  rocksdb::WriteBatch batch;
  put_manifest(batch, database_.family(Family::snapshot), {group, id, {manifest, true}});
  return database_.commit(batch, Database::Sync::now);
}

Result<StoredSnapshot> RocksSnapshots::find(GroupId group, SnapshotId id) {
  const std::string name = "the manifest of " + part_of_group(group, {id, 0});
  auto record = database_.load<SnapshotRecord>(Family::snapshot, part_key(group, {id, 0}), name);
  if (!record) {
    return std::move(record).error();
  }
  if (!*record) {
    return not_there(group, {id, 0});
  }
  if ((*record)->group != group || (*record)->id != id) {
    return database_.damaged(name + " is another's");
  }
  return (*record)->stored;
}

Result<Bytes> RocksSnapshots::part(GroupId group, const SnapshotPart& part) {
  const std::string key = part_key(group, part);
  auto stored = database_.get(Family::snapshot, key);
  if (!stored) {
    return std::move(stored).error();
  }
  if (!*stored) {
    return not_there(group, part);
  }
  const Bytes whole(std::move(**stored));
  const auto data = unsealed_part(key, whole.view());
  if (!data) {
    return database_.damaged(part_of_group(group, part) + " fails its checks");
  }
  return whole.slice({whole.size() - data->size()});
}

Result<std::vector<SnapshotId>> RocksSnapshots::held(GroupId group) {
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

Result<void> RocksSnapshots::drop_unused(GroupId group, std::span<const SnapshotId> keep) {
  const std::scoped_lock writing(table_.writing());
  const auto record = table_.find(group);
  if (!record) {
    return record.error();
  }
  const auto ids = held(group);
  if (!ids) {
    return ids.error();
  }
  rocksdb::WriteBatch batch;
  const auto& in_force = (*record)->snapshot;
  for (const SnapshotId id : *ids) {
    const bool kept = std::ranges::find(keep, id) != keep.end();
    if (!kept && !(in_force && in_force->id == id)) {
      drop(batch, database_.family(Family::snapshot), group, id);
    }
  }
  if (batch.Count() == 0) {
    return database_.usable();
  }
  return database_.commit(batch, Database::Sync::later);
}

Error RocksSnapshots::not_there(GroupId group, const SnapshotPart& part) const {
  return {Errc::not_found, "there is no " + part_of_group(group, part) + " in the store in '" +
                               database_.path().string() + "'"};
}

}  // namespace tessera::storage::rocks
