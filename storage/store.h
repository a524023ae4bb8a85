#pragma once

#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/group_record.h>
#include <tessera/storage/node_records.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
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
};

/// A machine's whole state at a position, and what belongs to it.
struct Snapshot {
  Cursor position;
  Bytes anchor;  ///< the runtime's part, encoded (groups/anchor.h)
  Bytes state;   ///< the machine, as its strategy saved it
};

/// Snapshots. All functions are callable from any thread and may block on the disk.
class SnapshotStore {
 public:
  virtual ~SnapshotStore() = default;

  /// Stores `snapshot` durably as `id`, which the caller chose and never used before for this
  /// group. It comes into force when a `GroupWrite` names it.
  virtual Result<void> put(GroupId group, SnapshotId id, const Snapshot& snapshot) = 0;

  /// `not_found` if there is none of this name, `damaged` if it fails its checks.
  virtual Result<Snapshot> load(GroupId group, SnapshotId id) = 0;

  /// Deletes every snapshot of `group` that is not in force and not `keep`.
  virtual Result<void> drop_unused(GroupId group, SnapshotId keep) = 0;
};

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
  [[nodiscard]] virtual LogStore& log() = 0;
  [[nodiscard]] virtual SnapshotStore& snapshots() = 0;
  [[nodiscard]] virtual NodeRecords& node_records() = 0;
};

/// Opens a node's store for the node `owner`; may take seconds.
using StoreFactory = std::function<Result<std::unique_ptr<Store>>(PeerId owner)>;

}  // namespace tessera::storage
