#include <tessera/groups/core/snapshot/loader.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

/// Parts that are asked of the store before they are needed.
constexpr std::uint32_t ahead_max = 16;
/// Bytes of parts that came before their turn. What does not fit is read from the store later.
constexpr std::size_t early_bytes_max = std::size_t{4} << 20U;

}  // namespace

void SnapshotLoader::begin(KeptSnapshot snapshot, std::unique_ptr<StateWriter> writer) {
  abandon();
  snapshot_ = std::move(snapshot);
  writer_ = std::move(writer);
}

void SnapshotLoader::abandon() {
  ++run_;
  writer_.reset();
  all_put_ = false;
  added_ = 0;
  put_.clear();
  reading_.clear();
  arrived_.clear();
  arrived_bytes_ = 0;
}

void SnapshotLoader::part_put(std::uint32_t number, const Bytes& data) {
  if (!running() || number <= added_ || arrived_.contains(number)) return;
  if (number == added_ + 1 || arrived_bytes_ + data.size() <= early_bytes_max) {
    arrived(number, data);
  } else {
    put_.insert(number);
  }
}

void SnapshotLoader::all_put() {
  all_put_ = true;
  read_ahead();
}

void SnapshotLoader::arrived(std::uint32_t number, Result<Bytes> part) {
  if (part) arrived_bytes_ += part->size();
  put_.erase(number);
  arrived_.emplace(number, std::move(part));
}

void SnapshotLoader::read_ahead() {
  const std::uint32_t last = std::min(snapshot_.manifest.parts, added_ + ahead_max);
  for (std::uint32_t number = added_ + 1; number <= last; ++number) {
    const bool stored = all_put_ || put_.contains(number);
    if (!stored || arrived_.contains(number) || !reading_.insert(number).second) continue;
    tasks_.read_part({snapshot_.id, number}, [this, number, run = run_](Result<Bytes> part) {
      if (run != run_) return;
      reading_.erase(number);
      if (number > added_ && !arrived_.contains(number)) arrived(number, std::move(part));
    });
  }
}

bool SnapshotLoader::pending() const {
  if (!running()) return false;
  return added_ == snapshot_.manifest.parts ? all_put_ : arrived_.contains(added_ + 1);
}

Result<bool> SnapshotLoader::work() {
  std::size_t bytes = 0;
  while (pending() && bytes < SnapshotTasks::turn_bytes) {
    if (added_ == snapshot_.manifest.parts) {
      auto finished = writer_->finish();
      abandon();
      if (!finished) return std::move(finished).error();
      return true;
    }
    const auto next = arrived_.extract(added_ + 1);
    const Result<Bytes>& part = next.mapped();
    auto added = part ? writer_->add(*part) : Result<void>(part.error());
    if (!added) {
      abandon();
      return std::move(added).error();
    }
    bytes += part->size();
    arrived_bytes_ -= part->size();
    ++added_;
    read_ahead();
  }
  return false;
}

}  // namespace tessera::core
