#pragma once

#include <tessera/groups/core/outbox.h>
#include <tessera/groups/core/session/contexts.h>
#include <tessera/groups/core/status.h>

#include <memory>
#include <optional>

/// Drives the StateSync strategy of one member: its provider always, a session while the member
/// lags (statesync.md, "The life of a session").
///
/// Owned by `GroupCore`.
namespace tessera::core {

class CatchUp {
 public:
  struct Options {
    CoreLimits limits;
  };
  CatchUp(const Options& options, CatchUpHost& host, CatchUpStrategy& strategy, Outbox& outbox);
  ~CatchUp();

  /// The leader will not re-send: opens a session, unless one runs or the last one failed just now.
  void open(TimePoint now, const Cursor& target, Index leader_commit);
  void buffer(const RaftEvents::Batch& batch);
  void receive(const PeerId& from, Bytes message);
  void entries_read(CatchUpHost::Reader reader, Index from, std::vector<LogEntry> entries);
  void part_read(CatchUpHost::Reader reader, const storage::SnapshotPart& part,
                 std::optional<Bytes> data);
  /// A staged snapshot is being loaded, and gets on.
  void loads();
  /// It does not load.
  void load_failed(const Error& reason);
  void marker(const Cursor& position, const Bytes& marker);
  void woken();
  /// The strategy needs no entries up to here; nothing above what is committed.
  [[nodiscard]] Index safe_to_prune();

  /// Polls what asked for it or is due, once each.
  void work(TimePoint now, bool install_pending);
  [[nodiscard]] bool pending(bool install_pending) const;
  [[nodiscard]] std::optional<TimePoint> next_deadline(bool install_pending) const;
  void persisted(Ticket ticket);

  /// When a session may be opened, if none runs.
  [[nodiscard]] std::optional<TimePoint> next_opening() const {
    return session_ ? std::nullopt : std::optional(open_not_before_);
  }

  /// This member no longer needs a session: it leads, or the group was withdrawn.
  void abandon(const std::string& reason);

  [[nodiscard]] bool session_runs() const { return session_ != nullptr; }
  [[nodiscard]] std::optional<SessionStatus> status() const;
  /// The latest session that has ended in this run.
  [[nodiscard]] const std::optional<EndedSession>& last_session() const { return last_session_; }
  [[nodiscard]] SyncTotals totals() const;

 private:
  struct Session;

  /// More than a session may leave unsynced waits to become durable; `persisted` will follow.
  [[nodiscard]] bool disk_lags() const;
  void poll_provider();
  void poll_session(TimePoint now);
  void check_progress(TimePoint now);
  void note_progress();
  /// What the provider has sent shows in the status.
  void note_sent();
  void finish();
  void complete_if_durable();
  void end(TimePoint now, const std::string& failure);
  void state_session();
  /// The session is over: what it was stays to be looked at.
  void close_session(const std::string& failure);

  Options options_;
  CatchUpHost& host_;
  CatchUpStrategy& strategy_;
  Outbox& outbox_;
  ProviderSide provider_side_;
  std::unique_ptr<CatchUpProvider> provider_;
  Cursor told_committed_;
  Ticket persisted_;

  std::unique_ptr<Session> session_;
  std::uint64_t sessions_ = 0;  ///< opened in this run; numbers them
  std::uint64_t sessions_done_ = 0;
  std::uint64_t bytes_received_ = 0;
  std::uint64_t told_sent_ = 0;  ///< bytes of the provider's that the status was renewed for
  std::optional<EndedSession> last_session_;
  std::string last_failure_;
  std::uint32_t failures_ = 0;  ///< in a row
  TimePoint open_not_before_{};
};

}  // namespace tessera::core
