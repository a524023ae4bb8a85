#include <tessera/groups/core/snapshot/maker.h>

#include <utility>

namespace tessera::core {

void SnapshotMaker::begin(KeptSnapshot snapshot, std::unique_ptr<StateReader> reader) {
  snapshot_ = std::move(snapshot);
  reader_ = std::move(reader);
  tasks_.stage(snapshot_);
}

Result<std::optional<KeptSnapshot>> SnapshotMaker::work() {
  std::size_t bytes = 0;
  while (pending() && bytes < SnapshotTasks::turn_bytes) {
    auto part = reader_->next();
    if (!part) {
      reader_.reset();
      return std::move(part).error();
    }
    if (!*part) {
      snapshot_.manifest.contents = reader_->contents();
      reader_.reset();
      tasks_.complete(snapshot_);
      return std::optional(snapshot_);
    }
    bytes += (*part)->size();
    tasks_.put_part({snapshot_.id, ++snapshot_.manifest.parts}, *std::move(*part));
  }
  return std::optional<KeptSnapshot>();
}

}  // namespace tessera::core
