#pragma once

#include <tessera/groups/core/effects.h>

#include <string>
#include <utility>

/// Where the parts of a core leave what they want done, in order.
///
/// It numbers the writes: what is asked for after `latest()` was read is not covered by it. Owned
/// by `GroupCore`; the parts hold a reference.
namespace tessera::core {

class Outbox {
 public:
  /// `group`: the group's id, for the writes; `component`: who speaks in the log.
  Outbox(GroupId group, std::string component);

  // Writes. They are merged into as few atomic changes as their order allows.
  void persist_storage(const StorageId& storage);
  void persist_genesis(const GenesisId& genesis);
  void persist_founding(Bytes record);
  void persist_witness(Bytes record);
  void persist_hard_state(const storage::HardState& hard);
  /// Entries that follow the log or overwrite its end.
  void persist_entries(const std::vector<RawEntry>& entries);
  /// The snapshot, which is complete, is in force from now on. With `reset` the log is empty behind
  /// that position, without it the log stays.
  void persist_snapshot(const storage::SnapshotRef& snapshot, std::optional<Cursor> reset);

  /// The entries up to `position` are dropped.
  void persist_prune(const Cursor& position) { write().prune = position; }

  /// What the store holds of the group goes, in one with the writes from here on.
  void persist_instead();

  /// Everything but the founding record is void.
  void persist_withdrawal();

  /// Covers every write asked for so far: what depends on them waits for it.
  [[nodiscard]] Ticket latest() const { return open_ ? Ticket{last_sealed_ + 1} : last_sealed_; }

  void send(const PeerId& to, Message message, Ticket after);
  void snapshot_task(SnapshotTask task) { effects_.snapshots.push_back(std::move(task)); }
  void read_entries(const ReadEntries& read) { effects_.reads.push_back(read); }
  void reply(Reply reply) { effects_.replies.push_back(std::move(reply)); }
  /// A reply that is an error.
  void fail(RequestId request, Error reason);
  void log(LogLevel level, std::string message);
  /// `peer` has sent `what`, which is refused: logged, and counted.
  void refused(const PeerId& peer, const std::string& what);
  void rebond() { effects_.rebond = true; }
  void status_changed() { effects_.status_changed = true; }

  /// Everything since the last call.
  [[nodiscard]] Effects take();

 private:
  storage::GroupWrite& write();
  void seal();

  GroupId group_;
  std::string component_;
  Effects effects_;
  std::optional<storage::GroupWrite> open_;
  bool replaces_ = false;  ///< `open_` does
  Ticket last_sealed_;
};

}  // namespace tessera::core
