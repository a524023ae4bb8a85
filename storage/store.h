#pragma once

#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/group_record.h>
#include <tessera/storage/machine_table.h>
#include <tessera/storage/node_records.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// A node's durable memory, shared by its groups. `storage/rocks/` keeps it on disk,
/// `storage/memory/` for as long as the process lives.
namespace tessera::storage {

/// Entries and hard state. All functions are callable from any thread and may block on the disk.
class LogStore {
 public:
  virtual ~LogStore() = default;

  /// The group as it is held, or a fresh record (storage id none) if nothing is.
  /// `damaged` or `foreign` if what is held fails its checks; the message names the group.
  virtual Result<GroupRecord> open(GroupId group) = 0;

  /// The groups held.
  virtual Result<std::vector<GroupId>> groups() = 0;

  /// Makes all of `writes` durable in one atomic batch with one sync. `storage_failed` if a write
  /// or sync fails, and from then on for every call: what is on the disk is no longer known.
  virtual Result<void> write(std::span<const GroupWrite> writes) = 0;

  /// Entries in order from `from` on: at least one if it is held, then up to `upto` and while
  /// their sizes sum to at most `bytes_max`. Empty if `from` is not held. `damaged` if an entry
  /// fails its checks.
  struct ReadRange {
    Index from;
    Index upto;
    std::size_t bytes_max = 0;
  };
  virtual Result<std::vector<RawEntry>> read(GroupId group, ReadRange range) = 0;

  /// Deletes everything held for `group`, durably.
  virtual Result<void> erase(GroupId group) = 0;

  /// Puts on record that everything written so far was durable: a start that does not find it calls
  /// the store damaged. Terms, votes and what changes seldom are on record when `write` returns;
  /// for entries the `Writer` calls this a moment later. `storage_failed` as for `write`.
  virtual Result<void> raise_watermark() { return {}; }
};

/// One part of a snapshot; they are numbered from 1.
struct SnapshotPart {
  SnapshotId snapshot;
  std::uint32_t number = 0;
};

/// "part 3 of snapshot 7"; of part 0: "snapshot 7".
[[nodiscard]] std::string name_of(const SnapshotPart& part);

/// What a snapshot is: a machine's whole state at a position, in parts, and what belongs to it.
struct SnapshotManifest {
  Cursor position;
  Bytes anchor;             ///< the runtime's part, encoded (groups/anchor.h)
  std::uint32_t parts = 0;  ///< how many
  Bytes contents;           ///< what the strategy keeps about the parts; opaque here

  bool operator==(const SnapshotManifest&) const = default;
};

/// A snapshot as it is held: all of it, or what has come so far.
struct StoredSnapshot {
  SnapshotManifest manifest;
  bool complete = false;
};

/// Snapshots. All functions are callable from any thread and may block on the disk.
///
/// One begins with `stage`, gets its parts in any order, and is there for good with `complete`.
/// What a crash leaves of one that is not complete is held as well, except for the newest parts.
class SnapshotStore {
 public:
  virtual ~SnapshotStore() = default;

  /// Begins snapshot `id`, which the caller chose; what was held under that name is gone. It must
  /// not be in force. Of the manifest, as much as is known.
  virtual Result<void> stage(GroupId group, SnapshotId id, const SnapshotManifest& manifest) = 0;

  /// Keeps `data` as a part; durable no later than `complete`.
  virtual Result<void> put_part(GroupId group, const SnapshotPart& part, ByteView data) = 0;

  /// All parts are there. Durable when it returns; it comes into force when a `GroupWrite` names
  /// it.
  virtual Result<void> complete(GroupId group, SnapshotId id, const SnapshotManifest& manifest) = 0;

  /// `not_found` if nothing is held under this name, `damaged` if it fails its checks.
  virtual Result<StoredSnapshot> find(GroupId group, SnapshotId id) = 0;

  /// `not_found` if it is not held, `damaged` if it fails its checks.
  virtual Result<Bytes> part(GroupId group, const SnapshotPart& part) = 0;

  /// Every snapshot of which anything is held, ascending.
  virtual Result<std::vector<SnapshotId>> held(GroupId group) = 0;

  /// Deletes every snapshot of `group` that is not in force and not in `keep`.
  virtual Result<void> drop_unused(GroupId group, std::span<const SnapshotId> keep) = 0;
};

/// A part that a complete snapshot must have: `damaged` if it is not held or fails its checks.
[[nodiscard]] Result<Bytes> required_part(SnapshotStore& store, GroupId group,
                                          const SnapshotPart& part);

/// What tells one life of a store from the next.
struct StoreRun {
  std::uint64_t starts = 0;  ///< how often it has been opened, this time included; durable
  std::uint64_t number = 0;  ///< drawn anew at each start; durable before `open` returns
};

class Store {
 public:
  virtual ~Store() = default;
  [[nodiscard]] virtual StoreRun run() const = 0;
  /// False if nothing outlives the process.
  [[nodiscard]] virtual bool durable() const = 0;
  /// Present: it stands in for one that was damaged and set aside, whose promises nobody knows; in
  /// words, with what an operator can do.
  [[nodiscard]] virtual std::optional<Error> repaired() const { return std::nullopt; }
  [[nodiscard]] virtual LogStore& log() = 0;
  [[nodiscard]] virtual SnapshotStore& snapshots() = 0;
  [[nodiscard]] virtual NodeRecords& node_records() = 0;
  /// Where machines of this node's groups may keep their state. Unless a store has better: in
  /// memory.
  [[nodiscard]] virtual std::shared_ptr<MachineTables> tables() { return make_memory_tables(); }
};

/// Opens a node's store for the node `owner`; may take seconds.
using StoreFactory = std::function<Result<std::unique_ptr<Store>>(PeerId owner)>;

}  // namespace tessera::storage
