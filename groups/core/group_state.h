#pragma once

#include <tessera/groups/core/admin/calls.h>
#include <tessera/groups/core/admin/desk.h>
#include <tessera/groups/core/apply/applier.h>
#include <tessera/groups/core/client/intake.h>
#include <tessera/groups/core/client/operations.h>
#include <tessera/groups/core/client/reads.h>
#include <tessera/groups/core/exactly_once/session_expiry.h>
#include <tessera/groups/core/founding/founding.h>
#include <tessera/groups/core/group_core.h>
#include <tessera/groups/core/membership/plan.h>
#include <tessera/groups/core/outbox.h>
#include <tessera/groups/core/raft/raft.h>
#include <tessera/groups/core/scrub/disk_scrub.h>
#include <tessera/groups/core/session/catch_up.h>
#include <tessera/groups/core/snapshot/loader.h>
#include <tessera/groups/core/snapshot/maker.h>
#include <tessera/groups/core/snapshot/snapshot_host.h>
#include <tessera/groups/core/witness/witness.h>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>

/// The parts of a `GroupCore` and how they are put together. Private to group_core*.cpp.
///
/// Every input goes to the part it concerns and then `settle` lets what that part left behind
/// reach the others, until nothing is left.
namespace tessera::core {

class GroupCore::State final : public CatchUpHost, private SnapshotHost {
 public:
  State(CoreOptions options, Ports ports);

  // group_life.cpp
  void start(CoreRecord record);
  Result<void> bond_up(const PeerId& peer, const BondHello& hello);
  void bond_down(const PeerId& peer);
  void stir(const PeerId& peer);
  void tick();
  void work();
  void tell_commit();
  void space(const std::optional<Error>& shortage);  // group_space.cpp
  void persisted(Ticket ticket);
  void stop(const Error& reason);

  // group_messages.cpp
  void receive(const PeerId& from, Message message);

  // group_requests.cpp
  void entries_read(std::uint64_t id, Result<std::vector<RawEntry>> entries);
  void snapshot_done(std::uint64_t id, Result<Bytes> part);
  void read(RequestId request, Consistency consistency);
  void admin(RequestId request, AdminAction action);
  bool hand_over();
  void execute(RequestId request, ClientId client, Bytes command);
  void feed(RequestId request, const Bytes& command);
  void close_client(ClientId client);
  void cancel(RequestId request);

  // group_settle.cpp
  void settle();
  [[nodiscard]] Effects take_effects();

  // group_status.cpp
  [[nodiscard]] BondHello hello(const PeerId& to) const;
  [[nodiscard]] Status status() const;
  [[nodiscard]] Anchor anchor() const override;
  void check_invariants() const;

  /// Notes the time of the call under way.
  void at(TimePoint now) { now_ = now; }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  struct Peer {
    MemberId member;
    TimePoint since{};
    Durability durability = Durability::fsync;
    LeadershipPreference leadership;
    std::uint64_t run = 0;  ///< of the member
    std::uint64_t start_count = 0;
    bool consents = false;            ///< has stated this member's genesis; raft knows of it
    std::uint64_t told_memories = 0;  ///< the witness's version that it has been told of
  };
  /// Whom entries are read from the store for.
  struct ReadPurpose {
    enum class Whose : std::uint8_t { applier, follower, provider, session, scrub } whose;
    MemberId follower;
    Index from;
  };
  /// A read that needs no store: answered at the end of the step.
  struct ReadyRead {
    Reader reader;
    Index from;
    std::size_t bytes_max;
  };
  /// This member's state was found not to be the group's.
  struct Divergence {
    Index applied;         ///< so far it had come
    bool rebuilt = false;  ///< another state has been installed, and the log goes on from there
  };
  struct Installing {
    Ticket ticket;
    KeptSnapshot snapshot;
    Anchor anchor;
    SessionTable sessions;
  };

  // CatchUpHost
  [[nodiscard]] Raft* raft() override { return raft_ ? &*raft_ : nullptr; }
  [[nodiscard]] Cursor applied() const override;
  [[nodiscard]] PeerId local_id() const override { return options_.self; }
  [[nodiscard]] GroupId group_id() const override { return options_.group; }
  [[nodiscard]] NetworkId network_id() const override { return options_.network; }
  [[nodiscard]] const BondsView& bonds() const override { return bonds_; }
  [[nodiscard]] TimePoint now() const override { return now_; }
  [[nodiscard]] Waker waker() override;
  bool send_sync(const PeerId& peer, Bytes message) override;
  void warn(const std::string& what) override { outbox_.log(LogLevel::warning, what); }
  void refused(const PeerId& peer, const std::string& what) override {
    outbox_.refused(peer, what);
  }
  void read_for(Reader reader, Index from, std::size_t bytes_max) override;
  [[nodiscard]] SnapshotHost& snapshots() override { return *this; }
  // group_divergence.cpp
  [[nodiscard]] bool is_majority(const Anchor& anchor,
                                 const std::set<PeerId>& peers) const override;
  void state_diverged(const std::string& how) override;
  [[nodiscard]] bool diverged() const override { return divergence_ && !divergence_->rebuilt; }
  [[nodiscard]] bool installing() const override { return installing_.has_value(); }
  Result<void> install(const Anchor& anchor, Bytes saved) override;

  // SnapshotHost: group_staging.cpp
  [[nodiscard]] const std::optional<KeptSnapshot>& newest_snapshot() const override {
    return newest_;
  }
  bool begin_snapshot() override;
  [[nodiscard]] bool taking_snapshot() const override { return maker_.running(); }
  [[nodiscard]] std::uint64_t log_bytes_behind(Index index) override {
    return applier_.meter().behind(index);
  }
  [[nodiscard]] std::optional<TimePoint> snapshot_due_at() override;
  void lease(storage::SnapshotId snapshot, TimePoint until) override;
  void read_part(Reader reader, const storage::SnapshotPart& part) override;
  [[nodiscard]] const std::optional<KeptSnapshot>& staged() const override { return staged_; }
  storage::SnapshotId stage(storage::SnapshotManifest manifest) override;
  bool put_part(std::uint32_t number, Bytes data) override;
  Result<void> load_staged() override;
  void stop_loading() override { loader_.abandon(); }
  Result<void> begin_installation(KeptSnapshot snapshot, const Anchor& anchor);

  // group_life.cpp
  Result<void> restore_snapshot(const KeptSnapshot& snapshot);
  void create_raft(CoreRecord record);
  void begin_raft();
  void finish_installation();

  // group_damage.cpp
  /// Nothing of `record` counts: it is what failed its checks, or older.
  [[nodiscard]] bool is_damaged(const CoreRecord& record) const;
  /// What a member begins with whose data is damaged: nothing but another storage id.
  [[nodiscard]] CoreRecord without_data(const CoreRecord& record) const;
  /// Whoever starts over holds less than it once answered with: it answers nothing, and is not
  /// online, before it has applied that the group has taken it back.
  void settle_return();
  [[nodiscard]] std::optional<Error> damage_problem() const;
  /// This member leads, and not only by the word of those who may be gone: a majority has answered
  /// it since `peer`, who may be one of them in another life, has bonded.
  [[nodiscard]] bool leads_for(const PeerId& peer) const;
  /// Stops this member if that is what `error` asks for.
  bool stopped_by(const Error& error);

  // group_space.cpp
  void settle_space();
  [[nodiscard]] bool takes_none() const;
  [[nodiscard]] Error refusal_for_space() const;

  // group_settle.cpp
  bool settle_founding();
  bool settle_raft();
  void settle_peers();
  void settle_sessions();
  void settle_apply();
  void settle_telling();
  void founding_event(FoundingEvent event);
  void answer_ready_reads();
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  /// Nothing is under way here that a sleeping group would keep waiting.
  [[nodiscard]] bool has_nothing_to_do() const;
  void wake();
  [[nodiscard]] bool session_owners_are_here() const;

  // group_membership.cpp
  void settle_membership();
  void serve_desk();
  /// Every rule of the plan needs a learner, a bonded stranger or somebody who would rather
  /// observe. In a group without them, the usual one, no step pays for looking closer.
  [[nodiscard]] bool members_at_rest() const;
  void favour_others();
  /// The voter most willing to lead among those that answer and hold nearly everything.
  [[nodiscard]] std::optional<MemberId> successor() const;
  [[nodiscard]] MembershipView membership_view() const;

  // group_witness.cpp
  [[nodiscard]] StoreMemory own_memory() const;
  /// Why this store must be an old copy, if `hello` shows it to be one.
  [[nodiscard]] std::optional<Error> staleness(const BondHello& hello) const;
  /// Stops acting under the present storage id and takes a new one.
  void retire_storage(const Error& reason);
  void storage_renewed();
  void settle_witness();
  void remember_followers();
  void tell_witness();
  [[nodiscard]] bool witness_has_news() const;

  // group_snapshot.cpp
  void take_snapshot(RequestId request);
  void prune(RequestId request);
  void work_on_snapshots();
  [[nodiscard]] bool snapshots_pending() const;
  void snapshot_made(const KeptSnapshot& snapshot);
  void fail_wanted_snapshots(const Error& reason);
  void load_more();
  Result<void> install_loaded(const KeptSnapshot& snapshot);
  void take_if_log_is_long();
  [[nodiscard]] std::uint64_t log_behind_newest();
  void new_snapshot_in_force();
  void drop_unused_snapshots();
  /// The entries up to here may go: a durable snapshot holds what they did, and nobody whom this
  /// member knows of needs them.
  [[nodiscard]] Index prunable();
  [[nodiscard]] bool may_pin(Index position);
  void prune_to(Index upto);
  void answer_when_durable(RequestId request, const Cursor& position);
  void answer_stored();

  // group_divergence.cpp
  void work_on_divergence();
  void divergence_rebuilt();

  // group_scrub.cpp
  void settle_scrub();
  void scrubbed(const Result<std::vector<RawEntry>>& entries);

  // group_messages.cpp
  void take_sync(const PeerId& from, Bytes message);
  void removed(const RemovalNotice& notice);
  void forwarded(const MemberId& from, const ForwardRequest& request);
  void founding_message(const PeerId& from, const FoundingMessage& message);

  // group_requests.cpp
  std::uint64_t ask_store(const ReadPurpose& purpose, ReadEntries read);
  void answer_or_settle();
  void deliver(Reader reader, Index from, const std::vector<RawEntry>& entries);

  void update_bonds();
  [[nodiscard]] SessionExpiry::Present session_owners() const;

  CoreOptions options_;
  Ports ports_;
  TimePoint now_{};
  Outbox outbox_;
  std::unique_ptr<Founding> founding_;
  std::deque<std::pair<Ticket, std::uint64_t>> founding_records_;  ///< not durable yet
  std::optional<Raft> raft_;
  bool raft_wanted_ = false;  ///< a genesis is known, and nothing has been made of it yet
  Operations operations_;
  Reads reads_;
  AdminCalls admin_calls_;
  AdminDesk admin_desk_;
  /// The term in which this leader has tried to hand on leadership that it would rather not have.
  Term favoured_in_;
  Applier applier_;
  Intake intake_;
  SessionExpiry session_expiry_;
  std::unique_ptr<CatchUp> catch_up_;
  std::optional<Divergence> divergence_;
  std::map<PeerId, Peer> peers_;

  Witness witness_;
  std::uint64_t witness_written_ = 0;  ///< the version last handed to the store
  TimePoint witness_due_{};
  StoreMemory at_start_;  ///< what the store held when this life, or its storage id, began
  bool retired_ = false;  ///< the storage id is no longer good, and the next not durable yet
  /// What the followers were last remembered at, and whether all of them held everything then.
  struct Witnessed {
    Term term;
    Index committed;
    bool everybody = false;
  };
  Witnessed witnessed_;

  BondsView bonds_;

  std::map<std::uint64_t, ReadPurpose> store_reads_;
  std::uint64_t last_store_read_ = 0;
  std::deque<ReadyRead> ready_reads_;

  std::optional<Installing> installing_;
  std::deque<std::pair<PeerId, Bytes>> held_sync_;  ///< arrived while installing
  std::size_t held_sync_bytes_ = 0;
  SnapshotTasks snapshot_tasks_;
  SnapshotMaker maker_;
  SnapshotLoader loader_;
  storage::SnapshotId last_snapshot_;   ///< the highest name given out
  std::optional<KeptSnapshot> newest_;  ///< of those that were put in force
  TimePoint newest_since_{};            ///< when it was, or another could not be taken
  std::optional<KeptSnapshot> staged_;  ///< what sessions put together
  Ticket in_force_after_;               ///< `newest_` is in force once this is durable
  struct Lease {
    Index position;
    TimePoint until{};
  };
  std::map<storage::SnapshotId, Lease> leases_;
  struct WantedSnapshot {
    RequestId request;
    Cursor at_least;
  };
  std::vector<WantedSnapshot> wanted_snapshots_;
  DiskScrub scrub_;
  std::optional<Error> snapshot_problem_;  ///< why the last one was given up
  /// What `snapshot` and `prune` brought about, and who waits for it to be durable.
  struct Stored {
    Ticket after;
    RequestId request;
    Cursor position;
  };
  std::deque<Stored> stored_;
  Ticket durable_;
  Index commit_floor_;  ///< found at start: nothing is answered before it is applied
  Index replay_from_;   ///< what the machine held when it was started
  bool stopped_ = false;
  bool unsettled_ = false;      ///< callers have come since the last `settle`
  bool telling_waits_ = false;  ///< for callers of this member, to whom a commit is an answer
  std::optional<Error> problem_;
  std::shared_ptr<std::atomic<bool>> woken_;
  std::optional<std::string> damage_;  ///< why this store has begun anew, if it has
  bool keeps_damaged_ = false;         ///< the data is still there: it goes with the next write
  bool starts_over_ = false;           ///< not taken back yet, see `settle_return`
  std::optional<Error> shortage_;      ///< of space on the disk
  TimePoint space_handed_on_{};        ///< when leadership was last offered to who has more
};

}  // namespace tessera::core
