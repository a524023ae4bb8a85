#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/member_id.h>
#include <tessera/storage/raw_entry.h>

#include <optional>
#include <vector>

/// What a store keeps for one group, and how it is changed.
namespace tessera::storage {

/// What must survive a crash for elections to be safe (thesis, figure 3.1), and the commit index,
/// which is written along when something else is: after a start it is a floor, not the truth.
struct HardState {
  Term term;
  std::optional<MemberId> vote;
  Index commit;

  bool operator==(const HardState&) const = default;
};

/// A stretch of entries of one term: it begins at `first` and ends where the next one begins.
struct TermRun {
  Term term;
  Index first;

  bool operator==(const TermRun&) const = default;
};

/// An entry that a start must find without reading the log: a genesis, membership or settings
/// entry.
struct Landmark {
  EntryKind kind = EntryKind::membership;
  Index index;

  bool operator==(const Landmark&) const = default;
};

/// Names a stored snapshot; never reused within a group's data.
using SnapshotId = Ordinal<struct SnapshotTag>;

/// A snapshot in force: the state at `position`, from which a start begins.
struct SnapshotRef {
  SnapshotId id;
  Cursor position;

  bool operator==(const SnapshotRef&) const = default;
};

/// A group as a start finds it.
struct GroupRecord {
  StorageId storage;  ///< drawn when the group was first written here
  GenesisId genesis;  ///< what the entries belong to; none before founding
  Bytes founding;     ///< the founding record; opaque here (groups/core/founding)
  Bytes witness;      ///< what is remembered of other stores; opaque here (groups/core/witness)
  HardState hard;
  Cursor base;                      ///< the position before the first entry held
  Cursor last;                      ///< the last entry held; `base` if there is none
  std::vector<TermRun> runs;        ///< of the entries held, ascending
  std::vector<Landmark> landmarks;  ///< of the entries held, ascending
  std::optional<SnapshotRef> snapshot;
};

/// One atomic change to one group. Parts that are absent stay as they are. The order in which
/// the parts take effect is that of the members.
struct GroupWrite {
  GroupId group;
  std::optional<StorageId> storage;  ///< names the store's incarnation; the first write must
  std::optional<GenesisId> genesis;
  std::optional<Bytes> founding;
  std::optional<Bytes> witness;
  std::optional<HardState> hard;
  /// Drops every entry; the log is empty behind this position.
  std::optional<Cursor> reset;
  /// Contiguous; the first follows an entry held (or the base). Entries held from the first
  /// one's index on are overwritten and gone.
  std::vector<RawEntry> entries;
  /// Drops the entries up to and including this position of the log.
  std::optional<Cursor> prune;
  /// Puts a snapshot in force that was stored before.
  std::optional<SnapshotRef> snapshot;
};

}  // namespace tessera::storage
