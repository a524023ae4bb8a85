#pragma once

#include <tessera/groups/anchor.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>
#include <tessera/primitives/time.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/raw_entry.h>
#include <tessera/storage/store.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// The untyped port behind which every StateSync strategy stands.
///
/// The core drives a `CatchUpStrategy` through it and knows nothing else of the strategy; the
/// typed interface that users write against is a thin adapter (statesync/adapter.h). Everything
/// here is called on the group's strand only, except a `Waker`.
namespace tessera {

/// Wakes the group's providers and session from any thread, for work done elsewhere; does nothing
/// once the group has ended.
using Waker = std::function<void()>;

/// An entry and the position before it, without which nobody could tell what it may follow.
struct LogEntry {
  Cursor preceding;
  RawEntry entry;

  bool operator==(const LogEntry&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(preceding, entry);
  }
};

/// How far a session is. Totals are zero while unknown.
struct SyncProgress {
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
  std::uint64_t entries_done = 0;
  std::uint64_t entries_total = 0;

  bool operator==(const SyncProgress&) const = default;
};

/// What catching up, and helping others to, has taken since this member was started.
struct SyncTotals {
  std::uint64_t sessions = 0;        ///< opened
  std::uint64_t sessions_done = 0;   ///< those that caught up
  std::uint64_t bytes_received = 0;  ///< in messages to its sessions
  std::uint64_t bytes_served = 0;    ///< in messages of its provider

  bool operator==(const SyncTotals&) const = default;
};

/// The bonded peers; `version` rises with every change.
struct BondsView {
  std::uint64_t version = 0;
  std::vector<PeerId> peers;  ///< ascending

  [[nodiscard]] bool contains(const PeerId& peer) const;
};

/// The log as a strategy may see it: its bounds, and the recent entries kept in memory.
class LogWindow {
 public:
  virtual ~LogWindow() = default;
  /// The position before the first entry held.
  [[nodiscard]] virtual Cursor base() const = 0;
  /// The last entry held.
  [[nodiscard]] virtual Cursor last() const = 0;
  /// The term of the entry at `index` (or of the base); nothing if it is not held.
  [[nodiscard]] virtual std::optional<Term> term_at(Index index) const = 0;
  /// The entry at `index` if it is in memory; older ones come through `read_log`.
  [[nodiscard]] virtual std::optional<LogEntry> recent(Index index) const = 0;
};

/// A stored snapshot as strategies see it: the machine at the anchor's position, in parts that are
/// numbered from 1.
struct HeldSnapshot {
  storage::SnapshotId id;
  Anchor anchor;
  std::uint32_t parts = 0;
  Bytes contents;  ///< what the strategy keeps about the parts
};

/// The snapshots of this member, in its store.
class Snapshots {
 public:
  virtual ~Snapshots() = default;
  /// The newest complete one.
  [[nodiscard]] virtual std::optional<HeldSnapshot> newest() const = 0;
  /// Its id; cheap.
  [[nodiscard]] virtual std::optional<storage::SnapshotId> newest_id() const = 0;
  /// Begins one of the applied state, which becomes `newest` in a while. False if nothing has been
  /// applied since the newest one, one is being taken already, or there is nothing to take.
  virtual bool take() = 0;
  [[nodiscard]] virtual bool taking() const = 0;
  /// Bytes of the entries behind `index` that were applied in this life, about.
  [[nodiscard]] virtual std::uint64_t log_bytes_behind(Index index) const = 0;
  /// From when on a leader should have all members take one, at one position, with a marker: now,
  /// if the log has nearly grown so long that each takes one wherever it is; `scrub_interval` after
  /// the newest, if more was committed since. Nothing while neither is so, and while one is taken.
  [[nodiscard]] virtual std::optional<TimePoint> due_at() const = 0;
  /// Keeps a snapshot, and the log behind it, at least until `until`.
  virtual void lease(storage::SnapshotId snapshot, TimePoint until) = 0;
  /// Asks for a part; answered by `part_read` on whoever asked, without bytes if it is not held or
  /// not as it was stored.
  virtual void read_part(const storage::SnapshotPart& part) = 0;
};

/// A session's own snapshot, which it puts together from what it fetches. It survives a restart.
class StagedSnapshot {
 public:
  virtual ~StagedSnapshot() = default;
  /// The one that was begun last, by this session or one before it, and has not been installed.
  [[nodiscard]] virtual std::optional<HeldSnapshot> staged() const = 0;
  /// Begins another one; what was staged before is dropped. The id is chosen here.
  virtual storage::SnapshotId stage(HeldSnapshot snapshot) = 0;
  /// Keeps a part of it, in any order. False if too much waits for the disk: try again when polled.
  virtual bool put_part(std::uint32_t number, Bytes data) = 0;
  /// All parts are there: loads them into a fresh machine, part by part, and installs that as
  /// `SessionContext::install` does. The session is polled once it is done, and fails if it fails.
  virtual void install() = 0;
};

/// What a strategy may see and do during one call.
class CatchUpContext {
 public:
  virtual ~CatchUpContext() = default;

  [[nodiscard]] virtual const LogWindow& log() const = 0;
  [[nodiscard]] virtual Cursor committed() const = 0;
  [[nodiscard]] virtual Cursor applied() const = 0;
  /// The runtime's part of the applied state, right now.
  [[nodiscard]] virtual Anchor anchor() const = 0;
  [[nodiscard]] virtual PeerId local_id() const = 0;
  [[nodiscard]] virtual GroupId group_id() const = 0;
  [[nodiscard]] virtual NetworkId network_id() const = 0;
  [[nodiscard]] virtual BondsView bonds() const = 0;
  [[nodiscard]] virtual TimePoint now() const = 0;
  /// The last known leader; on a provider possibly nobody.
  [[nodiscard]] virtual std::optional<PeerId> leader() const = 0;

  /// Polls again right after this call.
  virtual void wake() = 0;
  /// Polls again at `when`; the earliest request stands.
  virtual void wake_at(TimePoint when) = 0;
  [[nodiscard]] virtual Waker waker() const = 0;

  /// False if `peer` is not bonded, its lane is full, or the message is above the limit.
  virtual bool send_to(const PeerId& peer, Bytes message) = 0;
  /// To whom it went.
  virtual std::vector<PeerId> broadcast(const Bytes& message) = 0;

  /// Asks for entries from `from` on, up to `bytes_max` bytes; answered by `entries_read` on
  /// whoever asked, with nothing if `from` is not held.
  virtual void read_log(Index from, std::size_t bytes_max) = 0;

  /// Something that an operator should hear of.
  virtual void warn(const std::string& what) = 0;
  /// `peer` has sent `what`, and that is not what it should be: an operator hears of it, with the
  /// peer's name, and it is counted (`tessera_sync_refused_total`).
  virtual void refused(const PeerId& peer, const std::string& what) = 0;

  [[nodiscard]] virtual Snapshots& snapshots() = 0;

  /// `ProviderContext::state_diverged` was called, and no other state has been installed since:
  /// nothing is applied, and what is installed may lie before what has been.
  [[nodiscard]] virtual bool diverged() const = 0;
};

class ProviderContext : public CatchUpContext {
 public:
  [[nodiscard]] virtual bool is_leader() const = 0;
  /// Appends a command outside of exactly-once; handed back unless this member leads and has room
  /// on its disk.
  virtual std::optional<Bytes> feed_command(Bytes command) = 0;
  /// Appends a marker; false unless this member leads.
  virtual bool feed_marker(Bytes marker) = 0;
  /// True if `peers` hold a majority of the voters in force at `anchor`; during a change of
  /// members, of those before and those after it.
  [[nodiscard]] virtual bool is_majority(const Anchor& anchor,
                                         const std::set<PeerId>& peers) const = 0;
  /// The group has found that this member's state is not its own. The member applies nothing any
  /// more, hands leadership on, and opens sessions until one has installed a state. Told again
  /// after a restart by whatever told it first: nothing is written down here.
  virtual void state_diverged(const std::string& how) = 0;
};

class SessionContext : public CatchUpContext {
 public:
  /// Replaces machine and log as statesync.md says; durable or not at all. Nothing happens while
  /// another installation is on its way to the store.
  virtual void install(const Anchor& anchor, Bytes saved) = 0;
  [[nodiscard]] virtual StagedSnapshot& staging() = 0;
  /// Appends what continues the log after `position`: skips entries that are there already and
  /// stops quietly at the first whose `preceding` is not the end of the log. At or below the
  /// session's target it replaces a conflicting local suffix above commit; above it stops.
  virtual void append_after(Cursor position, const std::vector<LogEntry>& entries) = 0;
  /// Ends the session after this call; a new one opens with back-off.
  virtual void fail(std::string reason) = 0;
  virtual void report(const SyncProgress& progress) = 0;
};

/// Lives on every member and answers sessions.
class CatchUpProvider {
 public:
  virtual ~CatchUpProvider() = default;
  /// Returns the message if it is not for providers. A message that does not decode is dropped
  /// and counted by the adapter.
  virtual std::optional<Bytes> receive(Bytes message, const PeerId& sender,
                                       ProviderContext& cx) = 0;
  /// True: poll again at once.
  virtual bool poll(ProviderContext& cx) = 0;
  virtual void committed(Cursor position, ProviderContext& cx) = 0;
  virtual void marker(Cursor position, const Bytes& marker, ProviderContext& cx) = 0;
  virtual void entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& cx) = 0;
  /// Answers `Snapshots::read_part`; of no interest to who never asks.
  virtual void part_read(const storage::SnapshotPart& /*part*/, std::optional<Bytes> /*data*/,
                         ProviderContext& /*cx*/) {}
  [[nodiscard]] virtual std::optional<Index> safe_to_prune_prefix(ProviderContext& cx) const = 0;
};

/// Lives on the lagging member until it has caught up.
class CatchUpSession {
 public:
  virtual ~CatchUpSession() = default;
  /// A position: done, continue from here.
  virtual std::optional<Cursor> poll(SessionContext& cx) = 0;
  /// True if the message decoded; its bytes then count as progress.
  virtual bool receive(const Bytes& message, const PeerId& sender, SessionContext& cx) = 0;
  virtual void buffer(Cursor preceding, std::vector<LogEntry> entries, SessionContext& cx) = 0;
  virtual void entries_read(Index from, std::vector<LogEntry> entries, SessionContext& cx) = 0;
  virtual void part_read(const storage::SnapshotPart& /*part*/, std::optional<Bytes> /*data*/,
                         SessionContext& /*cx*/) {}
};

/// What opens a session: the committed position to reach, the leader's commit index, and the
/// entries that came along.
struct SessionStart {
  Cursor target;
  Index leader_commit;
  std::vector<LogEntry> entries;
};

/// A machine's state as it was at one position, handed out in parts. Reading does not stop the
/// machine: each call takes one part's time.
class StateReader {
 public:
  virtual ~StateReader() = default;
  /// The next part; nothing behind the last one.
  [[nodiscard]] virtual Result<std::optional<Bytes>> next() = 0;
  /// What is kept about the parts. Asked for behind the last one.
  [[nodiscard]] virtual Bytes contents() const = 0;
};

/// A machine that is being made from such parts.
class StateWriter {
 public:
  virtual ~StateWriter() = default;
  /// The next part, in the order in which they were read.
  [[nodiscard]] virtual Result<void> add(const Bytes& part) = 0;
  /// Every part has been added: the machine is whole, and waits for `adopt`.
  [[nodiscard]] virtual Result<void> finish() = 0;
};

/// The factory, with the machine it serves.
class CatchUpStrategy {
 public:
  virtual ~CatchUpStrategy() = default;
  virtual std::unique_ptr<CatchUpProvider> create_provider(ProviderContext& cx) = 0;
  virtual std::unique_ptr<CatchUpSession> create_session(SessionStart start,
                                                         SessionContext& cx) = 0;

  /// True if the strategy can turn the machine into bytes and back.
  [[nodiscard]] virtual bool saves() const = 0;
  /// The machine as it is now. Only if `saves()`.
  [[nodiscard]] virtual Result<std::unique_ptr<StateReader>> read_state() const = 0;
  /// A fresh machine beside the present one, to be filled. `contents` is what the reader said of
  /// its parts. Only if `saves()`.
  [[nodiscard]] virtual Result<std::unique_ptr<StateWriter>> write_state(const Bytes& contents) = 0;
  /// Puts the machine that was filled last in the place of the present one. The two steps are
  /// apart because readers may see the new machine only once the store holds it.
  virtual void adopt() = 0;
};

}  // namespace tessera
