#pragma once

#include <tessera/groups/core/messages.h>
#include <tessera/primitives/time.h>
#include <tessera/storage/cursor.h>

#include <deque>
#include <optional>

/// What the leader knows of one other member's log, and how it feeds it (rule 6).
namespace tessera::core {

/// Appends sent and not answered yet, bounded in messages and bytes.
class InFlight {
 public:
  struct Limits {
    std::size_t messages_max = 0;
    std::size_t bytes_max = 0;
  };
  explicit InFlight(Limits limits) : limits_(limits) {}

  [[nodiscard]] bool full() const {
    return sent_.size() >= limits_.messages_max || bytes_ >= limits_.bytes_max;
  }
  [[nodiscard]] bool empty() const { return sent_.empty(); }
  [[nodiscard]] std::size_t count() const { return sent_.size(); }
  /// An append that ends at `last` has gone out.
  void sent(Index last, std::size_t bytes);
  /// Everything up to `index` has been answered.
  void answered(Index index);
  void clear();

  void check_invariants() const;

 private:
  struct Message {
    Index last;
    std::size_t bytes;
  };
  Limits limits_;
  std::deque<Message> sent_;
  std::size_t bytes_ = 0;
};

/// Values and transitions only; what is sent is decided in replication.cpp.
class Progress {
 public:
  enum class State : std::uint8_t {
    probe,      ///< where the logs agree is not known: one append at a time
    replicate,  ///< known: appends are pipelined
    syncing,    ///< the follower says that a session of its own is under way
  };

  Progress(Index next, InFlight::Limits limits) : next_(next), in_flight_(limits) {}

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] Index match() const { return match_; }
  [[nodiscard]] Index next() const { return next_; }
  [[nodiscard]] const InFlight& in_flight() const { return in_flight_; }

  /// True while nothing may be sent: a probe is out, or the window is full.
  [[nodiscard]] bool paused() const;

  /// The follower holds everything up to `index`, durably: the only way `match` ever rises.
  /// False if that was known.
  bool ack(Index index);
  /// The follower refused an append behind `preceding`; its log may match up to `hint`. False if
  /// the refusal is an old one.
  struct Refusal {
    Index preceding;
    Index hint;
  };
  bool refused(Refusal refusal);

  /// An append has gone out that ends at `last` (without entries: `last` is what it follows).
  void sent(Index last, std::size_t bytes);
  /// What has gone out said that `commit` is committed.
  void told(Index commit);
  [[nodiscard]] Index commit_told() const { return commit_told_; }

  /// True while not even an append without entries may be sent: a probe is out, or the window is
  /// full and the follower has not been heard from since.
  [[nodiscard]] bool silent() const { return probe_out_; }
  /// The follower has been heard from: a lost probe may be repeated.
  void resume_probe() { probe_out_ = false; }

  void become_probe();
  void become_replicate();

  /// The follower states a session; entries up to `last` are its own business from now on.
  void syncing(const SyncStatement& statement, Index last);
  /// True if a batch of `bytes` still fits the session's stated credit.
  [[nodiscard]] bool within_credit(std::size_t bytes) const { return bytes <= credit_; }
  [[nodiscard]] std::optional<SyncStatement> statement() const { return statement_; }

  /// Whether it has answered since the last check.
  bool recent_active = false;
  /// When it last answered, as far as this leader and its predecessor know.
  TimePoint last_answer{};
  /// Since when it has answered this leader with no gap of an election timeout.
  std::optional<TimePoint> answering_since;
  /// Whether its disk is short of space; nothing until it has said so to this leader.
  std::optional<bool> disk_short;
  /// A read from the store for this member is under way.
  bool reading = false;

 private:
  State state_ = State::probe;
  Index match_;
  Index next_;
  Index commit_told_;
  bool probe_out_ = false;
  InFlight in_flight_;
  std::optional<SyncStatement> statement_;
  std::uint64_t credit_ = 0;
};

}  // namespace tessera::core
