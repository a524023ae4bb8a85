#pragma once

#include <tessera/groups/core/messages.h>
#include <tessera/primitives/log_sink.h>
#include <tessera/primitives/time.h>
#include <tessera/storage/store.h>

#include <optional>
#include <variant>
#include <vector>

/// What the core of a group wants done. The shell does it and decides nothing.
namespace tessera::core {

/// Numbers the writes of one group in the order they must become durable; 0: nothing.
using Ticket = Ordinal<struct TicketTag>;

/// Names a caller's operation; chosen by the shell, never reused.
using RequestId = Ordinal<struct RequestTag>;

/// One of the clients whose commands a member takes, each with a session of its own; chosen by the
/// shell, never reused. 0: the one that everybody shares who asks for no other.
using ClientId = Ordinal<struct ClientTag>;

/// Write this; then call `persisted(ticket)`. Writes go out in order.
struct Persist {
  Ticket ticket;
  storage::GroupWrite write;
  /// First delete everything that the store holds of the group: it is damaged, and given up. A
  /// crash between the two leaves a group of which nothing is held.
  bool replaces = false;
};

/// Send this, but not before the write `after` is durable. What depends on durability says so
/// here, as data, so that "answer before the sync" cannot be written.
struct Send {
  PeerId to;
  Message message;
  Ticket after;
};

/// Read entries from the store; then call `entries_read(id, ...)`.
struct ReadEntries {
  std::uint64_t id = 0;
  Index from;
  Index upto;
  std::size_t bytes_max = 0;
};

// Work on stored snapshots, see `storage::SnapshotStore`.
struct StageSnapshot {
  storage::SnapshotId snapshot;
  storage::SnapshotManifest manifest;
};
struct PutSnapshotPart {
  storage::SnapshotPart part;
  Bytes data;
};
struct CompleteSnapshot {
  storage::SnapshotId snapshot;
  storage::SnapshotManifest manifest;
};
struct ReadSnapshotPart {
  storage::SnapshotPart part;
};
struct DropSnapshots {
  std::vector<storage::SnapshotId> keep;  ///< beside the one in force
};

/// Do this, in order, behind the writes of earlier steps and before those of this one; then call
/// `snapshot_done(id, ...)`, for a read with the part. If anything but a read fails, the store has
/// failed and the member must be stopped instead.
struct SnapshotTask {
  std::uint64_t id = 0;
  std::variant<StageSnapshot, PutSnapshotPart, CompleteSnapshot, ReadSnapshotPart, DropSnapshots>
      work;
};

/// The answer to a caller's operation.
struct Reply {
  RequestId request;
  /// Absent: done. Otherwise what the caller may assume.
  std::optional<Error> error;
  Cursor position;  ///< where it was applied, assigned or read
  Bytes result;     ///< of `apply`, encoded; empty otherwise
};

/// Everything one step asks for, in the order it was asked for within each list.
struct Effects {
  std::vector<Persist> persists;
  std::vector<Send> sends;
  std::vector<ReadEntries> reads;
  std::vector<SnapshotTask> snapshots;
  std::vector<Reply> replies;
  std::vector<LogRecord> log;
  /// So many times since the last effects a peer sent what it should not have; for a counter.
  std::uint32_t refused = 0;
  /// Call `tick` then at the latest; absent: no timer is needed.
  std::optional<TimePoint> wake_at;
  /// What this member states of itself has changed: end every bond of the group, do not deliver
  /// what they still carry, and make them again with the new `hello()`.
  bool rebond = false;
  /// There is more to apply or poll: call `work` again soon, others first.
  bool work_pending = false;
  /// The others have not been told of all that is committed: call `tell_commit` once the callers
  /// that have been answered have had their turn. What they ask for then tells it along.
  bool commit_untold = false;
  /// Something that `status()` shows has changed.
  bool status_changed = false;
};

}  // namespace tessera::core
