#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/internal/meta_records.h>
#include <tessera/storage/rocks/internal/rocks_snapshots.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tessera::storage::rocks {
namespace {

[[nodiscard]] std::string part_of_group(GroupId group, const SnapshotPart& part) {
  return name_of(part) + " of group " + group.brief();
}

void put_manifest(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family,
                  const SnapshotRecord& record) {
  must(batch.Put(family, slice_of(manifest_key(record.group, record.id)),
                 slice_of(ByteView(sealed(record)))));
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
  const auto ids = held(group);
  if (!ids) {
    return ids.error();
  }
  rocksdb::WriteBatch batch;
  const bool replaces = std::ranges::find(*ids, id) != ids->end();
  if (replaces) {
    drop(batch, group, id);
  }
  put_manifest(batch, database_.family(Family::snapshot), {group, id, {manifest, false}});
  // Before any of the new parts, so that none of them can be found among older ones.
  auto committed = database_.commit(batch, Database::Sync::now);
  if (committed && replaces) {
    free(group, {&id, 1});
  }
  return committed;
}

Result<void> RocksSnapshots::put_part(GroupId group, const SnapshotPart& part, ByteView data) {
  return parts_.put(group, part, data);
}

Result<void> RocksSnapshots::complete(GroupId group, SnapshotId id,
                                      const SnapshotManifest& manifest) {
  rocksdb::WriteBatch batch;
  if (auto settled = parts_.settle(batch, group, id); !settled) {
    return settled;
  }
  put_manifest(batch, database_.family(Family::snapshot), {group, id, {manifest, true}});
  return database_.commit(batch, Database::Sync::now);
}

void RocksSnapshots::drop(rocksdb::WriteBatch& batch, GroupId group, SnapshotId id) {
  parts_.forget(group, id);
  must(batch.DeleteRange(database_.family(Family::snapshot), slice_of(manifest_key(group, id)),
                         slice_of(manifest_key(group, id + 1))));
}

void RocksSnapshots::free(GroupId group, std::span<const SnapshotId> deleted) {
  for (const SnapshotId id : deleted) {
    const std::string from = manifest_key(group, id);
    const std::string behind = manifest_key(group, id + 1);
    database_.free_files(Family::snapshot, {slice_of(from), slice_of(behind)});
  }
}

Result<StoredSnapshot> RocksSnapshots::find(GroupId group, SnapshotId id) {
  const std::string name = "the manifest of " + part_of_group(group, {id, 0});
  auto record = database_.load<SnapshotRecord>(Family::snapshot, manifest_key(group, id), name);
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
  auto data = parts_.read(group, part);
  if (!data) {
    return std::move(data).error();
  }
  if (!*data) {
    // Of a snapshot that is complete every part has been held.
    const auto stored = find(group, part.snapshot);
    const bool lost =
        stored && stored->complete && part.number >= 1 && part.number <= stored->manifest.parts;
    return lost ? database_.damaged(part_of_group(group, part) + " is missing")
                : not_there(group, part);
  }
  return **std::move(data);
}

Result<std::vector<SnapshotId>> RocksSnapshots::held(GroupId group) {
  const std::string from = before_group(group);
  const std::string behind = behind_group(group);
  const Database::Bounds bounds{slice_of(from), slice_of(behind)};
  const auto position = database_.walk(Family::snapshot, bounds);
  std::vector<SnapshotId> ids;
  position->SeekToFirst();
  while (position->Valid()) {
    const auto id = snapshot_of(group, position->key());
    if (!id) {
      return database_.damaged("a key of the snapshots of group " + group.brief() +
                               " is malformed");
    }
    ids.push_back(*id);
    position->Seek(slice_of(manifest_key(group, *id + 1)));
  }
  if (!position->status().ok()) {
    return database_.read_error(position->status())
        .within("the snapshots of group " + group.brief());
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
  std::vector<SnapshotId> unused;
  const auto& in_force = (*record)->snapshot;
  for (const SnapshotId id : *ids) {
    const bool kept = std::ranges::find(keep, id) != keep.end();
    if (!kept && !(in_force && in_force->id == id)) {
      drop(batch, group, id);
      unused.push_back(id);
    }
  }
  if (unused.empty()) {
    return database_.usable();
  }
  // Durable before any file is deleted: else a crash might bring manifests back without the parts.
  auto committed = database_.commit(batch, Database::Sync::now);
  if (committed) {
    free(group, unused);
  }
  return committed;
}

Error RocksSnapshots::not_there(GroupId group, const SnapshotPart& part) const {
  return {Errc::not_found, "there is no " + part_of_group(group, part) + " in the store in '" +
                               database_.path().string() + "'"};
}

}  // namespace tessera::storage::rocks
