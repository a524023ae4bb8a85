#pragma once

#include <tessera/groups/anchor.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>
#include <tessera/primitives/time.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/raw_entry.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
};

class ProviderContext : public CatchUpContext {
 public:
  [[nodiscard]] virtual bool is_leader() const = 0;
  /// Appends a command outside of exactly-once; handed back unless this member leads.
  virtual std::optional<Bytes> feed_command(Bytes command) = 0;
  /// Appends a marker; false unless this member leads.
  virtual bool feed_marker(Bytes marker) = 0;
};

class SessionContext : public CatchUpContext {
 public:
  /// Replaces machine and log as statesync.md says; durable or not at all.
  virtual void install(const Anchor& anchor, Bytes saved) = 0;
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
};

/// What opens a session: the committed position to reach, the leader's commit index, and the
/// entries that came along.
struct SessionStart {
  Cursor target;
  Index leader_commit;
  std::vector<LogEntry> entries;
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
  /// The machine as bytes. Only if `saves()`.
  [[nodiscard]] virtual Result<Bytes> save() const = 0;
  /// Loads `saved` into a fresh machine beside the present one. Only if `saves()`.
  virtual Result<void> load(const Bytes& saved) = 0;
  /// Puts the machine that was loaded last in the place of the present one. The two steps are
  /// apart because readers may see the new machine only once the store holds it.
  virtual void adopt() = 0;
};

}  // namespace tessera
