#pragma once

#include <tessera/conformance/disk.h>
#include <tessera/conformance/event_queue.h>
#include <tessera/conformance/marks.h>
#include <tessera/conformance/tape_machine.h>
#include <tessera/conformance/trace.h>
#include <tessera/groups/core/group_core.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>

/// One simulated process: a core, its machine and strategy, its disk and its clock.
///
/// Does what the shell does in production, in virtual time. Owned by the world.
namespace tessera::sim {

class Node;
class Referee;

/// Takes what nodes send.
class Postman {
 public:
  virtual ~Postman() = default;
  virtual void send(const Node& from, core::Send send) = 0;
  /// Ends every bond of `node`; they are made again, with new hellos.
  virtual void rebond(const Node& node) = 0;
};

/// Takes what callers are answered.
class Callers {
 public:
  virtual ~Callers() = default;
  virtual void replied(const Node& node, const core::Reply& reply) = 0;
};

/// A machine with the strategy that serves it, made anew for each life of a process.
struct MachineParts {
  std::shared_ptr<MachinePort> machine;
  std::shared_ptr<CatchUpStrategy> strategy;
  std::shared_ptr<WatchedMachine> watched;
};

class Node final : private DiskOwner {
 public:
  struct Surroundings {
    EventQueue& queue;
    Postman& postman;
    Callers& callers;
    Referee& referee;
    Trace& trace;
    Marks& marks;
  };
  struct Setup {
    std::size_t index = 0;
    core::CoreOptions options;  ///< what differs from start to start is filled in here
    DiskSettings disk;
    std::uint64_t seed = 0;
    std::size_t recent_max = 0;  ///< bytes of the log handed to the core at a start, at most
    Dice::Span timer_slack;      ///< how late timers are
    bool has_stewards = false;
    std::function<MachineParts()> make_machine;
  };
  Node(Setup setup, Surroundings surroundings);
  ~Node() override;

  [[nodiscard]] std::size_t index() const { return setup_.index; }
  [[nodiscard]] PeerId peer() const { return setup_.options.self; }
  [[nodiscard]] const core::CoreOptions& options() const { return setup_.options; }
  [[nodiscard]] bool up() const { return core_ != nullptr; }
  [[nodiscard]] bool paused() const { return paused_; }
  /// Rises with each start and each crash.
  [[nodiscard]] std::uint64_t life() const { return life_; }

  void start();
  void crash();
  /// The disk is lost, and replaced by an empty one: from now on a node that joins.
  void wipe();
  /// What the disk holds of the group turns out to be damaged at the next start.
  void rot();
  /// From now on the disk is short of space, or no longer.
  void set_space(bool disk_short);
  [[nodiscard]] bool disk_short() const { return disk_short_; }
  /// A copy of the disk is made, in the place of the one before.
  void copy_disk() { copy_ = disk_.copy(); }
  [[nodiscard]] const std::optional<Disk::Copy>& copy() const { return copy_; }
  /// The disk is put back to the copy that was made of it.
  void put_back_disk();
  /// The disk was put back to an earlier copy, and the member has not yet taken a new storage id.
  [[nodiscard]] bool has_old_disk() const {
    return put_back_ && *put_back_ == disk_.durable().record().storage;
  }
  /// A write fails: what was in flight is lost, and the member stops for good. The process stays.
  void fail_disk();
  [[nodiscard]] bool failed() const { return failed_; }
  /// Somebody may ask the group for other members or settings.
  [[nodiscard]] bool has_stewards() const { return setup_.has_stewards; }
  void pause();
  void resume();
  /// The node's clock runs at `permille` thousandths of the true speed from now on.
  void set_clock_rate(std::int64_t permille);
  void jump_clock(Duration by);
  /// The machine errs once; see `WatchedMachine::garble`.
  void garble() {
    if (up()) machine_.watched->garble();
  }
  [[nodiscard]] Disk& disk() { return disk_; }

  /// `action` is something the process handles: it is lost if the process dies first and waits
  /// while it is paused.
  void post(EventQueue::Action action);
  /// Calls the core and does what it asks for.
  template <class Call>
  void step(const Call& call) {
    if (!up() || failed_) return;
    call(*core_, local_now());
    finish_step();
  }

  // What the invariants look at.
  [[nodiscard]] const Disk& disk() const { return disk_; }
  /// What the core has asked to be written, durable or not: its log in memory.
  [[nodiscard]] const GroupLog& asked() const { return asked_; }
  /// After the latest step.
  [[nodiscard]] const core::Status& status() const { return status_; }
  [[nodiscard]] const core::Status& status_before() const { return status_before_; }
  /// When it fell asleep; nothing while it is awake.
  [[nodiscard]] std::optional<TimePoint> asleep_since() const {
    return up() && status_.asleep ? asleep_since_ : std::nullopt;
  }
  /// The runtime's part of the state; only while the node is up.
  [[nodiscard]] Anchor anchor() const { return core_->anchor(); }
  [[nodiscard]] const Tape& tape() const { return machine_.watched->tape(); }
  /// The commit index that the store held at the start.
  [[nodiscard]] Index commit_floor() const { return commit_floor_; }

  /// Plants a fault: `filter` may change what the core asks for.
  using Filter = std::function<void(const Node&, core::Effects&)>;
  void plant(Filter filter) { filter_ = std::move(filter); }

 private:
  void becomes_durable(const storage::GroupWrite& write) override;
  void wrote(core::Ticket ticket) override;
  void has_read(std::uint64_t id, std::vector<RawEntry> entries) override;
  void snapshot_done(std::uint64_t id, Result<Bytes> part) override;

  [[nodiscard]] core::CoreRecord load();
  void load_snapshots(core::CoreRecord& loaded);
  [[nodiscard]] TimePoint local_now() const;
  void finish_step();
  void take_note(const core::Effects& effects);
  void note_members(const core::Effects& effects);
  void ask(core::Effects& effects);
  void carry_out(core::Effects& effects);
  void release(core::Send send);
  void schedule_timer(std::optional<TimePoint> wake_at);
  void timer_fired();
  void schedule_work();
  void schedule_telling();
  /// One call of the core, and `pending` until then.
  using CoreCall = void (core::GroupCore::*)(TimePoint);
  void schedule(bool& pending, Duration soon, CoreCall call);
  void state_space();
  void trace_step(const core::Effects& effects);

  Setup setup_;
  Surroundings around_;
  Dice dice_;
  Disk disk_;
  std::optional<Disk::Copy> copy_;
  std::optional<StorageId> put_back_;  ///< the storage id that the copy states
  MachineParts machine_;
  std::unique_ptr<core::GroupCore> core_;
  GroupLog asked_;
  core::Status status_;
  core::Status status_before_;
  std::optional<TimePoint> asleep_since_;
  Index commit_floor_;
  Filter filter_;

  std::uint64_t life_ = 0;
  bool paused_ = false;
  bool failed_ = false;
  bool disk_short_ = false;
  std::deque<EventQueue::Action> deferred_;
  core::Ticket durable_ticket_;
  core::Ticket asked_ticket_;
  std::deque<core::Send> outbox_;  ///< waits for its ticket

  std::optional<TimePoint> wake_at_;        ///< by the node's clock
  std::optional<TimePoint> timer_pending_;  ///< by the true clock
  static constexpr int ticks_in_vain_max = 1000;
  int ticks_in_vain_ = 0;  ///< in a row
  bool work_pending_ = false;
  bool telling_pending_ = false;

  TimePoint clock_origin_{};  ///< the true time at which the rate was set
  Duration clock_offset_{};   ///< the node's clock at that time
  std::int64_t clock_permille_ = 1000;
};

}  // namespace tessera::sim
