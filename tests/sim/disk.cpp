#include <tessera/conformance/disk.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace tessera::sim {

Disk::Disk(Parts parts)
    : settings_(parts.settings), dice_(parts.seed), queue_(parts.queue), owner_(parts.owner) {}

std::uint64_t Disk::open() {
  const auto& in_force = durable_.record().snapshot;
  check(!in_force ||
            (snapshots_.contains(in_force->id) && snapshots_.at(in_force->id).stored.complete),
        "the snapshot in force is on the disk, all of it");
  return ++starts_;
}

void Disk::submit(Task task) {
  waiting_.push_back(std::move(task));
  if (batch_.empty() && !held_) begin_batch();
}

void Disk::begin_batch() {
  batch_ = std::exchange(waiting_, {});
  queue_.after(dice_.in(settings_.latency) * factor_, [this, life = life_] {
    if (life == life_) finish_batch();
  });
}

void Disk::finish_batch() {
  const std::vector<Task> done = std::exchange(batch_, {});
  for (const Task& task : done) keep(task);
  if (!waiting_.empty() && !held_) begin_batch();
  complete(done);
}

void Disk::hold() {
  held_ = true;
  waiting_.insert(waiting_.begin(), std::make_move_iterator(batch_.begin()),
                  std::make_move_iterator(batch_.end()));
  batch_.clear();
  ++life_;
}

void Disk::sync(std::size_t count) {
  check(held_ && count <= waiting_.size(), "what is synced was held");
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  const std::vector<Task> done(std::make_move_iterator(waiting_.begin()),
                               std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  for (const Task& task : done) keep(task);
  complete(done);
}

void Disk::let_go() {
  held_ = false;
  if (!waiting_.empty()) begin_batch();
}

void Disk::complete(const std::vector<Task>& done) {
  const std::uint64_t life = life_;
  for (const Task& task : done) {
    if (life != life_) return;
    if (const auto* persist = std::get_if<core::Persist>(&task)) owner_.wrote(persist->ticket);
    if (const auto* read = std::get_if<core::ReadEntries>(&task)) {
      owner_.has_read(read->id, durable_.read({read->from, read->upto, read->bytes_max}));
    }
    if (const auto* snapshot = std::get_if<core::SnapshotTask>(&task)) {
      owner_.snapshot_done(snapshot->id, part_of(snapshot->work));
    }
  }
}

void Disk::keep(const Task& task) {
  if (lying_) return;
  if (const auto* persist = std::get_if<core::Persist>(&task)) {
    if (persist->replaces) {
      durable_ = GroupLog{};
      snapshots_.clear();
    }
    owner_.becomes_durable(persist->write);
    check(!persist->write.snapshot || snapshots_.at(persist->write.snapshot->id).stored.complete,
          "a snapshot is stored before it comes into force");
    durable_.apply(persist->write);
  }
  if (const auto* snapshot = std::get_if<core::SnapshotTask>(&task)) keep(*snapshot);
}

void Disk::keep(const core::SnapshotTask& task) {
  if (const auto* stage = std::get_if<core::StageSnapshot>(&task.work)) {
    check(!snapshots_.contains(stage->snapshot), "a snapshot's id is never used twice");
    snapshots_[stage->snapshot].stored.manifest = stage->manifest;
  } else if (const auto* put = std::get_if<core::PutSnapshotPart>(&task.work)) {
    snapshots_[put->part.snapshot].parts[put->part.number] = put->data;
  } else if (const auto* complete = std::get_if<core::CompleteSnapshot>(&task.work)) {
    HeldParts& held = snapshots_[complete->snapshot];
    check(held.parts.size() == complete->manifest.parts, "a complete snapshot has all its parts");
    held.stored = {complete->manifest, true};
  } else if (const auto* drop = std::get_if<core::DropSnapshots>(&task.work)) {
    const auto& in_force = durable_.record().snapshot;
    std::erase_if(snapshots_, [&](const auto& held) {
      const bool kept =
          std::find(drop->keep.begin(), drop->keep.end(), held.first) != drop->keep.end();
      return !kept && !(in_force && held.first == in_force->id);
    });
  }
}

/// What a read brings; nothing for other work.
Result<Bytes> Disk::part_of(const SnapshotWork& work) const {
  const auto* read = std::get_if<core::ReadSnapshotPart>(&work);
  if (read == nullptr) return Bytes{};
  const auto held = snapshots_.find(read->part.snapshot);
  if (held == snapshots_.end() || !held->second.parts.contains(read->part.number)) {
    return Error(Errc::not_found, "there is no " + storage::name_of(read->part));
  }
  return held->second.parts.at(read->part.number);
}

void Disk::wipe() {
  durable_ = GroupLog{};
  snapshots_.clear();
  starts_ = 0;
  damage_.reset();
}

void Disk::rot(core::Damage damage) {
  durable_ = GroupLog{};
  snapshots_.clear();
  damage_ = std::move(damage);
}

void Disk::put_back(const Copy& copy) {
  durable_ = copy.durable;
  snapshots_ = copy.snapshots;
  starts_ = copy.starts;
  damage_ = copy.damage;
}

Disk::Losses Disk::crash() {
  ++life_;
  held_ = false;
  std::vector<Task> unsynced = std::exchange(batch_, {});
  unsynced.insert(unsynced.end(), std::make_move_iterator(waiting_.begin()),
                  std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  std::erase_if(unsynced, [](const Task& task) {
    const auto* snapshot = std::get_if<core::SnapshotTask>(&task);
    return std::holds_alternative<core::ReadEntries>(task) ||
           (snapshot != nullptr && std::holds_alternative<core::ReadSnapshotPart>(snapshot->work));
  });
  Losses losses;
  if (!unsynced.empty() && dice_.happens(settings_.writes_survive)) {
    losses.kept = dice_.in(Dice::Range{1, unsynced.size()});
  }
  for (std::size_t at = 0; at < losses.kept; ++at) keep(unsynced[at]);
  losses.lost = unsynced.size() - losses.kept;
  return losses;
}

}  // namespace tessera::sim
