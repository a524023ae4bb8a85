#include <tessera/conformance/disk.h>
#include <tessera/primitives/check.h>

#include <iterator>
#include <utility>

namespace tessera::sim {

Disk::Disk(Parts parts)
    : settings_(parts.settings), dice_(parts.seed), queue_(parts.queue), owner_(parts.owner) {}

std::optional<storage::Snapshot> Disk::snapshot() const {
  if (!durable_.record().snapshot) return std::nullopt;
  const auto found = snapshots_.find(durable_.record().snapshot->id);
  check(found != snapshots_.end(), "the snapshot in force is on the disk");
  return found->second;
}

std::uint64_t Disk::open() {
  const auto& in_force = durable_.record().snapshot;
  std::erase_if(snapshots_,
                [&](const auto& held) { return !in_force || held.first != in_force->id; });
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
  }
}

void Disk::keep(const Task& task) {
  if (lying_) return;
  if (const auto* persist = std::get_if<core::Persist>(&task)) {
    owner_.becomes_durable(persist->write);
    check(!persist->write.snapshot || snapshots_.contains(persist->write.snapshot->id),
          "a snapshot is stored before it comes into force");
    durable_.apply(persist->write);
    if (persist->write.snapshot) {
      std::erase_if(snapshots_,
                    [&](const auto& held) { return held.first < durable_.record().snapshot->id; });
    }
  }
  if (const auto* store = std::get_if<core::StoreSnapshot>(&task)) {
    check(!snapshots_.contains(store->id), "a snapshot's id is never used twice");
    snapshots_.emplace(store->id, store->snapshot);
  }
}

void Disk::wipe() {
  durable_ = GroupLog{};
  snapshots_.clear();
  starts_ = 0;
}

void Disk::put_back(const Copy& copy) {
  durable_ = copy.durable;
  snapshots_ = copy.snapshots;
  starts_ = copy.starts;
}

Disk::Losses Disk::crash() {
  ++life_;
  held_ = false;
  std::vector<Task> unsynced = std::exchange(batch_, {});
  unsynced.insert(unsynced.end(), std::make_move_iterator(waiting_.begin()),
                  std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  std::erase_if(unsynced,
                [](const Task& task) { return std::holds_alternative<core::ReadEntries>(task); });
  Losses losses;
  if (!unsynced.empty() && dice_.happens(settings_.writes_survive)) {
    losses.kept = dice_.in(Dice::Range{1, unsynced.size()});
  }
  for (std::size_t at = 0; at < losses.kept; ++at) keep(unsynced[at]);
  losses.lost = unsynced.size() - losses.kept;
  return losses;
}

}  // namespace tessera::sim
