#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/consistency.h>
#include <tessera/groups/core/admin/admin_messages.h>
#include <tessera/groups/core/damage.h>
#include <tessera/groups/core/effects.h>
#include <tessera/groups/core/snapshot/kept_snapshot.h>
#include <tessera/groups/core/status.h>
#include <tessera/groups/core/witness/store_memory.h>
#include <tessera/groups/genesis.h>
#include <tessera/groups/leadership.h>
#include <tessera/groups/machine_port.h>
#include <tessera/primitives/random.h>
#include <tessera/primitives/signature.h>

#include <memory>

/// The core of one member of one group: everything that decides.
///
/// Deterministic: the same calls in the same order, with the same arguments, give the same
/// effects. It reads no clock, touches no disk, starts no thread. Each call takes the present
/// time and may leave effects, which `take_effects` hands over; the caller carries them out in
/// order and reports back. Not thread-safe: the shell calls it on the group's strand, the
/// simulator from its loop.
namespace tessera::core {

/// Bounds of one member. In bytes unless they say otherwise.
struct CoreLimits {
  std::size_t command_max = 8U << 20U;       ///< one command
  std::size_t waiting_max = 64U << 20U;      ///< commands of this member's callers
  std::size_t unanswered_max = 4096;         ///< commands of one client that have left, in number
  std::size_t uncommitted_max = 64U << 20U;  ///< entries the leader has not committed
  std::size_t in_flight_max = 8U << 20U;     ///< entries sent to a follower, unanswered
  std::size_t in_flight_messages_max = 256;  ///< appends sent to a follower, unanswered
  std::size_t append_max = 1U << 20U;        ///< entries in one append, if more than one
  std::size_t recent_max = 64U << 20U;       ///< applied entries kept in memory
  std::size_t session_buffer_max = 64U << 20U;  ///< entries a session may be handed in advance
  std::size_t unsynced_max = 16U << 20U;        ///< entries a session appended, not yet durable
  std::size_t sync_message_max = 64U << 20U;    ///< one message of a strategy
  std::size_t apply_batch_max = 1U << 20U;      ///< entries applied in one `work`
  std::size_t apply_read_max = 4U << 20U;       ///< entries read back from the store at once
  /// Entries kept in the log although a snapshot holds what they did, so that short absences are
  /// made up for from the log. When so many have come since the last snapshot, another is taken.
  std::size_t retention_max = 256U << 20U;
};

/// What a member is started with.
struct CoreOptions {
  PeerId self;
  NetworkId network;
  GroupId group;
  Genesis genesis = Genesis::expect(3);
  GroupSettings settings;                     ///< of a group that this member founds
  Durability durability = Durability::fsync;  ///< what this member's store gives
  LeadershipPreference leadership;            ///< whether this member wants to lead
  /// How long a node with configured peers looks for an existing group before it founds one.
  std::chrono::milliseconds genesis_wait{0};
  std::chrono::milliseconds operation_timeout{10'000};
  /// This node's store stands in for one that was damaged and set aside, which says why: what that
  /// one had promised nobody knows, so no group is founded with it.
  std::optional<Error> store_repaired;
  /// The group may fall asleep when it has nothing to do. The caller then calls `stir` as it says.
  bool may_sleep = false;
  CoreLimits limits;
  std::uint64_t start_count = 0;  ///< of the store
  std::uint64_t run = 0;          ///< of this member; never zero, never the same twice
  std::uint64_t seed = 0;         ///< of everything random in here
};

/// What the store held, as far as the core needs it in memory.
struct CoreRecord {
  storage::GroupRecord record;
  /// The entries at `record.landmarks`, in that order.
  std::vector<RawEntry> landmarks;
  /// The end of the log, as many as are to be kept in memory; contiguous up to `record.last`. At
  /// least one entry if the log holds any.
  std::vector<RawEntry> recent;
  /// The snapshot in force, if there is one: the strategy has filled a machine from it, which waits
  /// for `adopt`.
  std::optional<KeptSnapshot> snapshot;
  /// What a session had begun to put together.
  std::optional<KeptSnapshot> staged;
  storage::SnapshotId last_snapshot;  ///< the highest name of which anything is held
  /// The latest that was found in the group's data. The rest of this may be from before or after
  /// it, and is empty, but for a storage id, if it could not be read.
  std::optional<Damage> damage;
};

/// What a peer states of itself when a bond is made, and what this member states.
struct BondHello {
  StorageId storage;
  GenesisId genesis;
  /// It has the right to found, with so many founders; 0: it has not, or a group is known.
  std::uint32_t founders = 0;
  std::uint64_t start_count = 0;
  std::uint64_t run = 0;
  Term term;
  Cursor last;
  Durability durability = Durability::fsync;
  LeadershipPreference leadership;
  /// What the sender remembers of the receiver's stores.
  std::vector<StoreMemory> remembered;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(storage, genesis, founders, start_count, run, term, last, durability, leadership,
            remembered);
  }
};

class GroupCore {
 public:
  /// The parts that outlive the core and are called from it.
  struct Ports {
    MachinePort& machine;
    CatchUpStrategy& strategy;
    const Signer& signer;
    Waker waker;  ///< makes the shell call `work` soon; callable from any thread
  };

  GroupCore(CoreOptions options, Ports ports);
  ~GroupCore();
  GroupCore(const GroupCore&) = delete;
  GroupCore& operator=(const GroupCore&) = delete;

  /// Begins with what the store held. Call once, first. A failure to load the snapshot leaves
  /// the member stopped with the error as its problem.
  void start(TimePoint now, CoreRecord record);

  /// What this member states when a bond with `to` is made.
  [[nodiscard]] BondHello hello(const PeerId& to) const;

  /// A bond stands: messages of `peer` may arrive and be sent. The error says why the bond must
  /// be refused, if it must (another genesis; `stale_storage`).
  Result<void> bond_up(TimePoint now, PeerId peer, const BondHello& hello);
  void bond_down(TimePoint now, PeerId peer);
  void receive(TimePoint now, PeerId from, Message message);

  /// What the bonds with `peer` rest on is in doubt: it has fallen silent, has started anew, or no
  /// longer says that it leads where members sleep under it. If this one does, it wakes.
  void stir(TimePoint now, PeerId peer);

  /// The disk is short of space, for the reason given (`disk_full`), or no longer.
  void space(TimePoint now, const std::optional<Error>& shortage);

  void tick(TimePoint now);
  /// Applies committed entries and polls the strategy, a bounded amount of each.
  void work(TimePoint now);
  /// See `Effects::commit_untold`.
  void tell_commit(TimePoint now);

  /// Executes `command` exactly once, in order with the other commands of `client`: replied when it
  /// has been applied here, or when what became of it is known, or after the operation timeout.
  void execute(TimePoint now, RequestId request, Bytes command, ClientId client = {});
  /// Hands `command` over, outside of every client session: replied with the position as soon as
  /// the leader has assigned it.
  void feed(TimePoint now, RequestId request, Bytes command);
  /// `client` executes no more: its session ends behind its last command.
  void close_client(TimePoint now, ClientId client);
  /// Replied when a query may be answered from the machine in that moment.
  void read(TimePoint now, RequestId request, Consistency consistency);
  /// Asks the leader to change the group; replied when the change is committed, with its position.
  /// To leave, a member asks for its own removal.
  void admin(TimePoint now, RequestId request, AdminAction action);
  /// Begins to hand leadership to another voter, the most willing one that has caught up. False if
  /// this member does not lead, or there is none.
  bool hand_over(TimePoint now);
  /// The caller no longer waits. Replied with `operation_aborted` if the command never left this
  /// member, else `unknown_outcome`.
  void cancel(TimePoint now, RequestId request);

  void persisted(TimePoint now, Ticket ticket);
  void entries_read(TimePoint now, std::uint64_t id, Result<std::vector<RawEntry>> entries);
  /// `part`: what a read brought; no bytes for other tasks.
  void snapshot_done(TimePoint now, std::uint64_t id, Result<Bytes> part);

  /// The store has failed, or the group is closed. It also stops by itself: with `damaged` if the
  /// store brings what fails its checks; then let another core begin with that as
  /// `CoreRecord::damage`. Answers every caller with `reason` and falls silent; what is still to be
  /// written is in the effects. Nothing but `status` and `take_effects` may be called afterwards.
  void stop(TimePoint now, const Error& reason);

  [[nodiscard]] Effects take_effects();
  [[nodiscard]] Status status() const;
  /// The runtime's part of the state where this member stands.
  [[nodiscard]] Anchor anchor() const;

  /// Aborts if what must always hold does not. For tests, after every step.
  void check_invariants() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace tessera::core
