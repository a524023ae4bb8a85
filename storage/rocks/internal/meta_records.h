#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/codec.h>
#include <tessera/primitives/ids.h>
#include <tessera/storage/group_record.h>
#include <tessera/storage/rocks/internal/seal.h>
#include <tessera/storage/store.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The values of `meta`, and what is kept about snapshots. Their encoding is part of the stored
/// format.
namespace tessera::storage {

template <class Archive>
void serialize(Archive& archive, HardState& hard) {
  archive(hard.term, hard.vote, hard.commit);
}
template <class Archive>
void serialize(Archive& archive, TermRun& run) {
  archive(run.term, run.first);
}
template <class Archive>
void serialize(Archive& archive, Landmark& landmark) {
  archive(landmark.kind, landmark.index);
}
template <class Archive>
void serialize(Archive& archive, SnapshotRef& snapshot) {
  archive(snapshot.id, snapshot.position);
}

}  // namespace tessera::storage

namespace tessera::storage::rocks {

/// The format this build writes. A store of another one is not opened.
inline constexpr std::uint32_t store_format = 1;

/// Whose store it is. The format is in the FORMAT file as well, to be read before RocksDB starts.
struct StoreRecord {
  static constexpr RecordKind kind = RecordKind::store;
  std::uint32_t format = store_format;
  PeerId owner;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(format, owner);
  }
};

/// The newest life of the store.
struct RunRecord {
  static constexpr RecordKind kind = RecordKind::run;
  std::uint64_t starts = 0;
  std::uint64_t number = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(starts, number);
  }
};

/// How many batches have been written to the store with a sync of their own. Each of them takes it
/// along, so that a start can tell how far the store has come through whatever happened.
struct SyncedBatches {
  static constexpr RecordKind kind = RecordKind::synced_batches;
  std::uint64_t origin = 0;  ///< drawn when the store was made: tells it from any other
  std::uint64_t count = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(origin, count);
  }
};

/// What changes seldom about a group.
struct GroupIdentity {
  static constexpr RecordKind kind = RecordKind::group_identity;
  GroupId group;
  StorageId storage;
  GenesisId genesis;
  Bytes founding;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(group, storage, genesis, founding);
  }
};

/// What changes with every write to a group. The storage id ties it to the identity.
struct GroupPositions {
  static constexpr RecordKind kind = RecordKind::group_positions;
  GroupId group;
  StorageId storage;
  HardState hard;
  Cursor base;
  Cursor last;
  std::vector<TermRun> runs;
  std::vector<Landmark> landmarks;
  std::optional<SnapshotRef> snapshot;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(group, storage, hard, base, last, runs, landmarks, snapshot);
  }
};

/// What the group's member remembers of other stores. Absent until it remembers something.
struct GroupWitness {
  static constexpr RecordKind kind = RecordKind::group_witness;
  GroupId group;
  Bytes remembered;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(group, remembered);
  }
};

/// What a snapshot is, and whether all of it is there.
struct SnapshotRecord {
  static constexpr RecordKind kind = RecordKind::snapshot_manifest;
  GroupId group;
  SnapshotId id;
  StoredSnapshot stored;

  template <class Archive>
  void serialize(Archive& archive) {
    SnapshotManifest& manifest = stored.manifest;
    archive(group, id, stored.complete, manifest.position, manifest.anchor, manifest.parts,
            manifest.contents);
  }
};

/// Which parts of a snapshot lie behind each other, from the place `first` on.
struct SegmentRecord {
  static constexpr RecordKind kind = RecordKind::snapshot_segment;
  GroupId group;
  SnapshotId id;
  std::uint32_t first = 0;
  std::vector<std::uint32_t> numbers;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(group, id, first, numbers);
  }
};

/// A record of the node's, with its name, so that one is never taken for another.
struct NodeRecord {
  static constexpr RecordKind kind = RecordKind::node_record;
  std::string name;
  Bytes content;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, content);
  }
};

/// `record` as it is stored.
template <class Record>
[[nodiscard]] std::vector<std::uint8_t> sealed(const Record& record) {
  std::vector<std::uint8_t> out(seal_size);
  const auto appended = append_encoded(out, record);
  check(appended.has_value(), "a record of the store can be encoded");
  seal(Record::kind, out);
  return out;
}

/// The record in `stored`; nothing if it is not as it was stored.
template <class Record>
[[nodiscard]] std::optional<Record> unsealed(ByteView stored) {
  const auto payload = unseal(Record::kind, stored);
  if (!payload) {
    return std::nullopt;
  }
  auto record = decode<Record>(*payload);
  if (!record) {
    return std::nullopt;
  }
  return *std::move(record);
}

}  // namespace tessera::storage::rocks
