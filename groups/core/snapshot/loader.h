#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/core/snapshot/tasks.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

/// Fills a fresh machine from a stored snapshot, part by part, while the present one goes on.
///
/// Owned by `GroupCore`.
namespace tessera::core {

class SnapshotLoader {
 public:
  explicit SnapshotLoader(SnapshotTasks& tasks) : tasks_(tasks) {}

  void begin(KeptSnapshot snapshot, std::unique_ptr<StateWriter> writer);
  [[nodiscard]] bool running() const { return writer_ != nullptr; }
  [[nodiscard]] const KeptSnapshot& snapshot() const { return snapshot_; }
  /// True if `work` would get on.
  [[nodiscard]] bool pending() const;
  /// Adds what has been read. True once the machine is whole. After an error nothing is loaded.
  [[nodiscard]] Result<bool> work();
  void abandon();

 private:
  void read_ahead();

  SnapshotTasks& tasks_;
  KeptSnapshot snapshot_;
  std::unique_ptr<StateWriter> writer_;
  std::uint64_t run_ = 0;    ///< tells the answers of one load from those of another
  std::uint32_t asked_ = 0;  ///< the highest part that was asked for
  std::uint32_t added_ = 0;  ///< the highest part that is in the machine
  std::map<std::uint32_t, Result<Bytes>> arrived_;
};

}  // namespace tessera::core
