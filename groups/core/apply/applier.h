#pragma once

#include <tessera/groups/core/client/operations.h>
#include <tessera/groups/core/exactly_once/session_table.h>
#include <tessera/groups/core/raft/raft.h>
#include <tessera/groups/core/snapshot/log_meter.h>
#include <tessera/groups/machine_port.h>

#include <deque>
#include <optional>
#include <vector>

/// Hands committed entries to the state machine, in order, each exactly once in a member's life;
/// of the copies of one command only one.
///
/// Recent entries come from memory; after a start the older ones are read back from the store.
/// Owned by `GroupCore`.
namespace tessera::core {

class Applier {
 public:
  struct Options {
    GroupId group;
    CoreLimits limits;
  };
  Applier(const Options& options, MachinePort& machine, Outbox& outbox)
      : options_(options), machine_(machine), outbox_(outbox) {}

  /// The machine holds the state at `position`; the rest is what belongs to it.
  struct Start {
    Cursor position;
    LogTime time{0};
    SessionTable sessions;
  };
  void start_from(Start start);

  /// What the strategy is to be told: a marker, right after it was applied.
  struct Marker {
    Cursor position;
    Bytes marker;
  };

  /// Applies what is committed, a bounded amount, and stops early at a marker, which it returns:
  /// nothing after it may be applied before the strategy has seen it.
  std::optional<Marker> work(const Raft& raft, Operations& operations);

  /// True if `work` would get on.
  [[nodiscard]] bool pending(const Raft& raft) const;

  /// A range that must be read from the store before `work` can go on; asked for once.
  [[nodiscard]] std::optional<ReadEntries> wanted_read(const Raft& raft);
  /// What it brought. An error or a gap is a problem of this member.
  void entries_read(const Raft& raft, Result<std::vector<RawEntry>> entries);

  [[nodiscard]] const Cursor& applied() const { return applied_; }
  [[nodiscard]] LogTime time() const { return time_; }
  [[nodiscard]] const SessionTable& sessions() const { return sessions_; }
  /// How large the log is that was applied.
  [[nodiscard]] LogMeter& meter() { return meter_; }
  [[nodiscard]] const LogMeter& meter() const { return meter_; }
  /// Why it does not go on: `machine_failed`, `needs_upgrade`, or what reading the log said.
  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }

 private:
  [[nodiscard]] const RawEntry* next_entry(const Raft& raft);
  bool apply(const RawEntry& entry, const GroupSettings& settings, Operations& operations);
  bool apply_command(const RawEntry& entry, const GroupSettings& settings, Operations& operations);
  bool run_command(const RawEntry& entry, const CommandEnvelope& envelope,
                   const GroupSettings& settings, Operations& operations);
  bool apply_session(const RawEntry& entry, const GroupSettings& settings, Operations& operations);
  void replace_command(const Cursor& position, const CommandOrigin& origin,
                       const GroupSettings& settings, Operations& operations);
  bool stop(Error problem);

  Options options_;
  MachinePort& machine_;
  Outbox& outbox_;
  Cursor applied_;
  LogTime time_{0};
  SessionTable sessions_;         ///< at `applied_`, like the machine
  std::deque<RawEntry> fetched_;  ///< from the store, contiguous from `applied` on
  bool reading_ = false;
  LogMeter meter_;
  std::optional<Error> problem_;
};

}  // namespace tessera::core
