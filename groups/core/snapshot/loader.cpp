#include <tessera/groups/core/snapshot/loader.h>

#include <utility>

namespace tessera::core {
namespace {

/// Parts that are asked of the store before they are needed.
constexpr std::uint32_t ahead_max = 16;
/// Bytes added at once; then everything else of the group has its turn.
constexpr std::size_t turn_bytes = std::size_t{512} << 10U;

}  // namespace

void SnapshotLoader::begin(KeptSnapshot snapshot, std::unique_ptr<StateWriter> writer) {
  abandon();
  snapshot_ = std::move(snapshot);
  writer_ = std::move(writer);
  read_ahead();
}

void SnapshotLoader::abandon() {
  ++run_;
  writer_.reset();
  arrived_.clear();
  asked_ = added_ = 0;
}

void SnapshotLoader::read_ahead() {
  while (asked_ < snapshot_.manifest.parts && asked_ < added_ + ahead_max) {
    const std::uint32_t number = ++asked_;
    tasks_.read_part({snapshot_.id, number}, [this, number, run = run_](Result<Bytes> part) {
      if (run == run_) arrived_.emplace(number, std::move(part));
    });
  }
}

bool SnapshotLoader::pending() const {
  return running() && (added_ == snapshot_.manifest.parts || arrived_.contains(added_ + 1));
}

Result<bool> SnapshotLoader::work() {
  std::size_t bytes = 0;
  while (pending() && bytes < turn_bytes) {
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
    ++added_;
    read_ahead();
  }
  return false;
}

}  // namespace tessera::core
