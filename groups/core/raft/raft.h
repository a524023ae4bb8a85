#pragma once

#include <tessera/groups/core/group_core.h>
#include <tessera/groups/core/outbox.h>
#include <tessera/groups/core/raft/history.h>
#include <tessera/groups/core/raft/log.h>
#include <tessera/groups/core/raft/progress.h>
#include <tessera/groups/core/raft/read_rounds.h>
#include <tessera/groups/core/raft/stability.h>
#include <tessera/primitives/random.h>

#include <map>
#include <optional>
#include <set>
#include <vector>

/// The Raft consensus algorithm of one member, as a step machine (Ongaro, "Consensus: Bridging
/// Theory and Practice"; the rules cited are those of the project's consensus notes).
///
/// Time and messages are handed in; writes and messages go out through the `Outbox`; what the
/// other parts of the core must know is left in `RaftEvents`. Owned by `GroupCore`. The
/// implementation is spread over one file for each concern: election, follower, replication,
/// commit, membership, transfer, reads and sync.
namespace tessera::core {

struct RaftOptions {
  MemberId self;
  /// Off only where a script of another implementation says so.
  bool pre_vote = true;
  bool check_quorum = true;
  /// Never campaigns, though it votes and acknowledges as configured.
  bool observer = false;
  /// Stretches the election timeout of a member that would rather not lead; at least 1.
  unsigned timeout_factor = 1;
  bool may_sleep = false;
  CoreLimits limits;
  std::uint64_t seed = 0;
};

/// What a start hands over.
struct RaftRecord {
  storage::HardState hard;
  Log log;
  History<Configuration> configurations;
  History<GroupSettings> settings;
  LogTime base_time{0};  ///< log time at the log's base
};

/// What happened in a step that others must act on.
struct RaftEvents {
  /// An answer to `read` of this member: the index to wait for, or nothing if it must ask again.
  struct ReadAnswer {
    std::uint64_t counter = 0;
    std::optional<Index> index;
  };
  /// Entries that arrived while a session is under way.
  struct Batch {
    Cursor preceding;
    std::vector<RawEntry> entries;
  };
  /// Entries that a follower needs and that are no longer in memory; answered by
  /// `Raft::entries_read`.
  struct WantedRead {
    MemberId to;
    Index from;
    Index upto;
  };
  std::vector<ReadAnswer> reads;
  std::vector<WantedRead> wanted;
  std::vector<Batch> batches;
  std::optional<Cursor> session_wanted;  ///< the leader will not re-send: catch up to here
  Index session_leader_commit;
};

class Raft {
 public:
  enum class Role : std::uint8_t { follower, pre_candidate, candidate, leader };

  Raft(const RaftOptions& options, RaftRecord record, Outbox& outbox);

  /// Learns what an entry of the log that the start found says of members and settings.
  Result<void> restore_landmark(const RawEntry& entry);
  void start(TimePoint now);
  /// Writes the first entry of a group that this member founds; its log is empty.
  void found(const RawEntry& genesis);
  void tick(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  /// Sends what was proposed since the last call, in as few messages as it takes.
  void flush(TimePoint now);
  /// While leading: more is committed than some member has been told of. Proposals tell it along.
  [[nodiscard]] bool commit_untold() const { return commit_untold_ && leads(); }
  /// Tells them, in appends without entries if need be. Whoever owns this calls it soon.
  void tell_commit();

  /// A bonded peer of the same genesis. Messages of others must not be handed in.
  void peer_up(TimePoint now, const MemberId& peer);
  void peer_down(const MemberId& peer);
  /// From here on this member acts under another storage id, as somebody who has promised nothing.
  void renew(TimePoint now, const MemberId& self);
  /// Writes the commit index, if it has not been since it rose.
  void write_commit();

  /// Whether this member has anything to do beside what Raft itself does: if so, it is no time to
  /// fall asleep.
  void lull(bool nothing_to_do) { nothing_to_do_ = nothing_to_do; }
  /// Nothing has happened here for an election timeout, so that it is worth asking whether anything
  /// is still to be done.
  [[nodiscard]] bool quiet(TimePoint now) const { return now >= rest_due_; }
  /// Something happens: who sleeps wakes, as if it had heard from its leader just now.
  void wake(TimePoint now);
  [[nodiscard]] bool asleep() const { return asleep_; }

  void receive(TimePoint now, const MemberId& from, const VoteRequest& request);
  void receive(TimePoint now, const MemberId& from, const VoteResponse& response);
  void receive(TimePoint now, const MemberId& from, const AppendRequest& request);
  void receive(TimePoint now, const MemberId& from, const AppendResponse& response);
  void receive(TimePoint now, const MemberId& from, const HeartbeatRequest& request);
  void receive(TimePoint now, const MemberId& from, const HeartbeatResponse& response);
  void receive(TimePoint now, const MemberId& from, const SyncOffer& offer);
  void receive(TimePoint now, const MemberId& from, const SyncDone& done);
  void receive(TimePoint now, const MemberId& from, const ReadRequest& request);
  void receive(TimePoint now, const MemberId& from, const TimeoutNow& request);

  /// Appends an entry. Nothing unless this member leads and `uncommitted_max` leaves room.
  std::optional<Cursor> propose(TimePoint now, EntryKind kind, Bytes data);
  /// True if this member leads but takes no more entries for now.
  [[nodiscard]] bool is_full() const;
  /// Begins the change to `next`, which is not joint, if that is possible now; through a joint
  /// configuration if voters change. Who is in force when it is committed finishes it (rule 9).
  std::optional<Cursor> propose_configuration(TimePoint now, const Configuration& next);
  /// True if this member leads, no change is under way, and it has committed an entry of its term.
  [[nodiscard]] bool may_change_members() const;

  /// Hands leadership to `target`, a voter (thesis, 3.10): takes no entries until it leads, or an
  /// election timeout has passed. False if this member does not lead or `target` cannot.
  bool transfer(TimePoint now, const MemberId& target);
  [[nodiscard]] bool transfers() const { return transfer_.has_value(); }
  /// Whether this member, which goes on voting, refuses to be elected.
  void decline_leadership(bool declines) { declines_ = declines; }
  /// What heartbeats say of this member's disk, and whether, as leader, it takes commands.
  struct Space {
    bool disk_short = false;
    bool takes_none = false;
    bool operator==(const Space&) const = default;
  };
  void set_space(const Space& space) { space_ = space; }
  [[nodiscard]] const Space& space() const { return space_; }
  /// Whoever is followed says that it takes no commands.
  [[nodiscard]] bool leader_takes_none() const { return leader_ && !leads() && leader_takes_none_; }
  /// Begins a strong read; answered in the events under `counter`. Only while leading.
  void read(TimePoint now, std::uint64_t counter);

  /// The writes up to `ticket` are on stable storage.
  void persisted(TimePoint now, Ticket ticket);
  /// What a wanted read brought; empty if it brought nothing.
  void entries_read(TimePoint now, const MemberId& to, const std::vector<RawEntry>& entries);

  // A session of this member.
  void session_runs(std::optional<SyncStatement> statement) { session_ = statement; }
  /// Appends what a session fetched; see `SessionContext::append_after`.
  void append_fetched(const std::vector<LogEntry>& entries, const Cursor& target);
  /// The log gives way to `base` unless it holds that position. The caller has the rest of the
  /// installation written by the same `Outbox`.
  struct Installed {
    Cursor position;
    LogTime time{0};
    Configuration configuration;
    GroupSettings settings;
  };
  void install(const Installed& installed);
  /// The entries up to `position`, which a snapshot stands for, are dropped.
  void prune(const Cursor& position) { log_.prune_upto(position); }
  /// A position that the session was given as committed: what the log holds of its term, up to it,
  /// is committed (rule 11; decision 113).
  void commit_target(const Cursor& target);
  /// Tells the leader that the session is over and what this member holds.
  void session_done(std::uint64_t session, const Cursor& position);

  [[nodiscard]] RaftEvents take_events();

  [[nodiscard]] Role role() const { return role_; }
  [[nodiscard]] bool leads() const { return role_ == Role::leader; }
  /// True once an entry of this leader's own term is committed.
  [[nodiscard]] bool settled() const;
  [[nodiscard]] Term term() const { return hard_.term; }
  [[nodiscard]] const std::optional<MemberId>& leader() const { return leader_; }
  [[nodiscard]] const Log& log() const { return log_; }
  [[nodiscard]] Log& log() { return log_; }
  [[nodiscard]] Cursor committed() const { return log_.cursor_at(hard_.commit); }
  [[nodiscard]] Cursor durable() const { return stability_.durable(); }
  [[nodiscard]] const History<Configuration>& configurations() const { return configurations_; }
  [[nodiscard]] const History<GroupSettings>& settings() const { return settings_; }
  /// No histories are needed before `applied` any more.
  void forget_histories_before(Index index);
  [[nodiscard]] const std::map<MemberId, Progress>& progress() const { return progress_; }
  /// While leading: whether `member` holds nearly all there is and takes what comes.
  [[nodiscard]] bool caught_up(const MemberId& member) const;
  /// While leading: the log time of an entry proposed now.
  [[nodiscard]] LogTime log_time(TimePoint now) const { return next_time(now); }
  [[nodiscard]] const storage::HardState& hard_state() const { return hard_; }

  void check_invariants() const;

 private:
  /// What must be on stable storage before a message may leave.
  enum class After : std::uint8_t { term, everything };

  // election.cpp
  void become_follower(TimePoint now, Term term, std::optional<MemberId> leader);
  enum class Campaign : std::uint8_t { pre_vote, election, transfer };
  void campaign(TimePoint now, Campaign kind);
  void become_leader(TimePoint now);
  void count_vote(TimePoint now, const MemberId& voter, bool granted);
  void reset_election_deadline(TimePoint now);
  void heard_leader(TimePoint now, const MemberId& leader, std::chrono::milliseconds timeout);
  [[nodiscard]] bool is_sticky(TimePoint now) const;
  [[nodiscard]] bool may_campaign() const;
  [[nodiscard]] bool log_is_current(const Cursor& candidate_last) const;
  void check_quorum(TimePoint now);
  [[nodiscard]] Duration election_timeout() const;
  /// Deals with the term of a message from a leader; false if it is an old one.
  bool accept_leader(TimePoint now, const MemberId& from, Term term,
                     std::chrono::milliseconds timeout);
  /// Deals with the term of an answer to this member; false if it says nothing any more.
  bool accept_answer(TimePoint now, Term term);

  // follower.cpp
  void refuse_append(const MemberId& to, const Cursor& preceding);
  void buffer_for_session(const MemberId& from, const AppendRequest& request);
  [[nodiscard]] bool well_formed(const AppendRequest& request) const;
  void append_to_log(const std::vector<RawEntry>& entries);
  void truncate_log_from(Index index);
  void raise_commit(Index index);

  // replication.cpp
  void broadcast_heartbeat(TimePoint now);
  void send_heartbeat(const MemberId& to, Progress& progress, const std::vector<Silence>& silent);
  /// Whether an append goes out even if it carries no entries.
  enum class WhenEmpty : std::uint8_t { send, skip };
  /// Whether more is committed than `member`, to whom something can be sent, has been told of.
  [[nodiscard]] bool lacks_commit(const MemberId& member, const Progress& progress) const;
  void replicate_to_all(WhenEmpty when_empty);
  void replicate(const MemberId& to, Progress& progress, WhenEmpty when_empty);
  bool send_append(const MemberId& to, Progress& progress);
  void offer_session(const MemberId& to, Progress& progress);
  [[nodiscard]] bool needs_session(const Progress& progress) const;
  void send_entries(const MemberId& to, Progress& progress, std::vector<RawEntry> entries);
  Progress* answered(TimePoint now, const MemberId& from);
  void append_own(const std::vector<RawEntry>& entries);

  // sleep.cpp
  /// This member holds nothing but what is committed and durable, and has nothing to do.
  [[nodiscard]] bool is_at_rest() const;
  /// As leader: nobody let it run for so long that another may lead by now.
  [[nodiscard]] bool held_up(TimePoint now) const;
  /// As leader: everybody else is known to hold the same, and it has been quiet for a while.
  [[nodiscard]] bool may_rest(TimePoint now) const;
  /// The quiet begins anew, and nobody has said that it rests.
  void put_off_rest(TimePoint now);
  /// As leader: `from` sleeps at `position`, or does not.
  void hear_rest(TimePoint now, const MemberId& from, const std::optional<Cursor>& position);
  /// As follower: what to answer to a leader that would sleep at `position`.
  [[nodiscard]] std::optional<Cursor> follow_to_rest(const std::optional<Cursor>& position);
  void fall_asleep();

  // commit.cpp
  void advance_commit_index(TimePoint now);

  // membership.cpp
  void track_members(TimePoint now);
  Cursor append_configuration(TimePoint now, const Configuration& next);
  void finish_change(TimePoint now);
  Result<void> learn_from(const RawEntry& entry);

  // transfer.cpp
  void pursue_transfer(TimePoint now);
  [[nodiscard]] std::vector<Silence> silences(TimePoint now) const;
  void hear_silences(TimePoint now, const std::vector<Silence>& silent);

  // reads.cpp
  void open_round_if_waiting(TimePoint now);
  void confirm_round(TimePoint now);
  void refuse_all_reads();
  void answer_read(const ReadAsk& ask, std::optional<Index> index);

  void send(const MemberId& to, Message message, After after);
  void persist_hard_state();
  [[nodiscard]] LogTime next_time(TimePoint now) const;
  [[nodiscard]] std::chrono::milliseconds own_timeout() const;

  RaftOptions options_;
  Outbox& outbox_;
  Random random_;
  RaftEvents events_;

  storage::HardState hard_;  ///< `vote` belongs to `term`; only a new term clears it
  Log log_;
  Stability stability_;
  History<Configuration> configurations_;
  History<GroupSettings> settings_;
  Ticket term_ticket_;  ///< makes the present term durable
  Ticket written_;      ///< the last write that is
  TimePoint commit_write_due_{};
  Index commit_written_;  ///< the commit index last handed to the store
  /// As follower: the end of what appends of the present term have shown to match the leader's
  /// log. The commit index never follows a leader beyond it.
  Index verified_;

  Role role_ = Role::follower;
  std::optional<MemberId> leader_;
  std::optional<TimePoint> leader_heard_;  ///< absent after a start: not sticky then
  std::chrono::milliseconds leader_timeout_{0};
  TimePoint election_deadline_{};
  std::set<MemberId> granted_;
  std::set<MemberId> refused_;
  std::set<MemberId> bonded_;

  // While leading.
  std::map<MemberId, Progress> progress_;
  ReadRounds rounds_;
  TimePoint heartbeat_due_{};
  TimePoint quorum_check_due_{};
  TimePoint leading_since_{};
  LogTime leading_from_{0};
  bool proposed_ = false;  ///< entries wait for `flush`
  bool commit_untold_ = false;
  struct Transfer {
    MemberId target;
    TimePoint until{};
    bool sent = false;
  };
  std::optional<Transfer> transfer_;
  bool declines_ = false;
  Space space_;
  bool leader_takes_none_ = false;  ///< as `leader_` has said

  bool nothing_to_do_ = false;
  bool asleep_ = false;
  bool rest_offered_ = false;  ///< as leader: by the latest heartbeats
  TimePoint rest_due_{};       ///< nothing must happen until then
  Cursor rest_at_;             ///< as leader: where `resting_` have said that they sleep
  std::set<MemberId> resting_;

  /// As follower: since when the leader says that it has not heard from somebody.
  std::map<MemberId, TimePoint> silent_since_;

  std::optional<SyncStatement> session_;
  LogTime last_time_{0};  ///< of the last entry, or of the base
};

}  // namespace tessera::core
