#include <tessera/groups/core/snapshot/tasks.h>

#include <utility>

namespace tessera::core {

void SnapshotTasks::stage(const KeptSnapshot& snapshot) {
  ask({0, StageSnapshot{snapshot.id, snapshot.manifest}}, {});
}

void SnapshotTasks::put_part(const storage::SnapshotPart& part, Bytes data) {
  const std::size_t bytes = data.size();
  ask({0, PutSnapshotPart{part, std::move(data)}}, {bytes, {}});
}

void SnapshotTasks::complete(const KeptSnapshot& snapshot) {
  ask({0, CompleteSnapshot{snapshot.id, snapshot.manifest}}, {});
}

void SnapshotTasks::drop_all_but(std::vector<storage::SnapshotId> keep) {
  ask({0, DropSnapshots{std::move(keep)}}, {});
}

void SnapshotTasks::read_part(const storage::SnapshotPart& part, Reader reader) {
  ask({0, ReadSnapshotPart{part}}, {0, std::move(reader)});
}

void SnapshotTasks::ask(SnapshotTask task, Waiting waiting) {
  task.id = ++last_;
  bytes_waiting_ += waiting.bytes;
  waiting_.emplace(task.id, std::move(waiting));
  outbox_.snapshot_task(std::move(task));
}

bool SnapshotTasks::done(std::uint64_t id, Result<Bytes> part) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return false;
  const Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  bytes_waiting_ -= waiting.bytes;
  if (waiting.reader) waiting.reader(std::move(part));
  return true;
}

}  // namespace tessera::core
