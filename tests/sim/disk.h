#pragma once

#include <tessera/conformance/dice.h>
#include <tessera/conformance/event_queue.h>
#include <tessera/conformance/group_log.h>
#include <tessera/groups/core/damage.h>
#include <tessera/groups/core/effects.h>

#include <map>
#include <optional>
#include <variant>
#include <vector>

/// One node's disk: what is durable on it, and what is on the way there.
///
/// Everything asked for is done in order; all that waits goes into one sync, as the real writer
/// does it. A crash loses what was not yet durable, or keeps a beginning of it. Owned by the node.
namespace tessera::sim {

struct DiskSettings {
  Dice::Span latency{std::chrono::microseconds{100}, std::chrono::milliseconds{2}};
  Dice::Permille writes_survive{500};  ///< a crash keeps some of what was in flight
};

/// Whoever the disk reports to.
class DiskOwner {
 public:
  virtual ~DiskOwner() = default;
  /// `write` is about to be part of `durable()`.
  virtual void becomes_durable(const storage::GroupWrite& write) = 0;
  virtual void wrote(core::Ticket ticket) = 0;
  virtual void has_read(std::uint64_t id, std::vector<RawEntry> entries) = 0;
  virtual void snapshot_done(std::uint64_t id, Result<Bytes> part) = 0;
};

class Disk {
 public:
  struct Parts {
    DiskSettings settings;
    std::uint64_t seed = 0;
    EventQueue& queue;
    DiskOwner& owner;
  };
  explicit Disk(Parts parts);

  [[nodiscard]] const GroupLog& durable() const { return durable_; }
  /// A snapshot with what is held of it.
  struct HeldParts {
    storage::StoredSnapshot stored;
    std::map<std::uint32_t, Bytes> parts;
  };
  [[nodiscard]] const std::map<storage::SnapshotId, HeldParts>& snapshots() const {
    return snapshots_;
  }
  /// How often the store has been opened.
  [[nodiscard]] std::uint64_t starts() const { return starts_; }
  /// The process starts: snapshots that never came into force are dropped. Returns the new count.
  std::uint64_t open();

  void write(core::Persist persist) { submit(std::move(persist)); }
  void read(core::ReadEntries read) { submit(read); }
  void snapshot(core::SnapshotTask task) { submit(std::move(task)); }

  /// The process dies. Returns how many of its writes were kept, and how many lost.
  struct Losses {
    std::size_t kept = 0;
    std::size_t lost = 0;
  };
  Losses crash();

  /// From now on nothing becomes durable but by `sync`.
  void hold();
  /// Makes the first `count` of what waits durable, while held.
  void sync(std::size_t count);
  /// Everything that waits becomes durable, and what comes later by itself again.
  void let_go();
  /// How much is not durable yet.
  [[nodiscard]] std::size_t unsynced() const { return batch_.size() + waiting_.size(); }

  /// All of it is gone. Only while no process uses it.
  void wipe();

  /// What it holds fails its checks from now on, so that nothing of it is of any use, and the note
  /// of that is on the disk. Only while no process uses it.
  void rot(core::Damage damage);
  [[nodiscard]] const std::optional<core::Damage>& damage() const { return damage_; }

  /// Everything that is durable at one moment, as a backup holds it.
  struct Copy {
    GroupLog durable;
    std::map<storage::SnapshotId, HeldParts> snapshots;
    std::uint64_t starts = 0;
    std::optional<core::Damage> damage;
  };
  [[nodiscard]] Copy copy() const { return {durable_, snapshots_, starts_, damage_}; }
  /// The disk is again as it was when `copy` was made. Only while no process uses it.
  void put_back(const Copy& copy);

  /// Everything takes `factor` times as long.
  void slow_down(std::int64_t factor) { factor_ = factor; }
  /// Plants a fault: reports writes as durable without keeping them.
  void lie() { lying_ = true; }

 private:
  using Task = std::variant<core::Persist, core::ReadEntries, core::SnapshotTask>;
  void submit(Task task);
  void begin_batch();
  void finish_batch();
  void complete(const std::vector<Task>& done);
  void keep(const Task& task);
  void keep(const core::SnapshotTask& task);
  using SnapshotWork = decltype(core::SnapshotTask::work);
  [[nodiscard]] Result<Bytes> part_of(const SnapshotWork& work) const;

  DiskSettings settings_;
  Dice dice_;
  EventQueue& queue_;
  DiskOwner& owner_;
  GroupLog durable_;
  std::map<storage::SnapshotId, HeldParts> snapshots_;
  std::uint64_t starts_ = 0;
  std::optional<core::Damage> damage_;
  std::int64_t factor_ = 1;
  bool lying_ = false;
  bool held_ = false;
  std::vector<Task> waiting_;
  std::vector<Task> batch_;
  std::uint64_t life_ = 0;  ///< tells the batches of one process from those of the next
};

}  // namespace tessera::sim
