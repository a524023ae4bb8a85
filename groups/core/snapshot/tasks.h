#pragma once

#include <tessera/groups/core/outbox.h>
#include <tessera/groups/core/snapshot/kept_snapshot.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <vector>

/// What is asked of the store about snapshots, and who waits for it.
///
/// Owned by `GroupCore`.
namespace tessera::core {

class SnapshotTasks {
 public:
  explicit SnapshotTasks(Outbox& outbox) : outbox_(outbox) {}

  void stage(const KeptSnapshot& snapshot);
  void put_part(const storage::SnapshotPart& part, Bytes data);
  void complete(const KeptSnapshot& snapshot);
  void drop_all_but(std::vector<storage::SnapshotId> keep);
  /// The part, or why it is not to be had.
  using Reader = std::function<void(Result<Bytes>)>;
  void read_part(const storage::SnapshotPart& part, Reader reader);

  /// The store has done it. False if nobody had asked.
  bool done(std::uint64_t id, Result<Bytes> part);

  /// As much waits for the disk as may: no more parts should be put.
  [[nodiscard]] bool disk_lags() const { return bytes_waiting_ >= waiting_max; }
  static constexpr std::size_t waiting_max = std::size_t{8} << 20U;
  /// Bytes of parts read or added at once; then everything else of the group has its turn.
  static constexpr std::size_t turn_bytes = std::size_t{512} << 10U;

 private:
  struct Waiting {
    std::size_t bytes = 0;
    Reader reader;
  };
  void ask(SnapshotTask task, Waiting waiting);

  Outbox& outbox_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Waiting> waiting_;
  std::size_t bytes_waiting_ = 0;
};

}  // namespace tessera::core
