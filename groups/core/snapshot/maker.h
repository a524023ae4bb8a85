#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/core/snapshot/tasks.h>

#include <memory>
#include <optional>

/// Takes one snapshot at a time: a view of the machine, read part by part into the store while the
/// machine goes on.
///
/// Owned by `GroupCore`.
namespace tessera::core {

class SnapshotMaker {
 public:
  explicit SnapshotMaker(SnapshotTasks& tasks) : tasks_(tasks) {}

  /// `snapshot`: its id, the position of the view and its anchor.
  void begin(KeptSnapshot snapshot, std::unique_ptr<StateReader> reader);
  [[nodiscard]] bool running() const { return reader_ != nullptr; }
  /// The one that is being taken.
  [[nodiscard]] const KeptSnapshot& snapshot() const { return snapshot_; }
  /// True if `work` would get on.
  [[nodiscard]] bool pending() const { return running() && !tasks_.disk_lags(); }
  /// Reads some parts. The snapshot, once it is complete: it may be put in force with the next
  /// write. After an error none is being taken.
  [[nodiscard]] Result<std::optional<KeptSnapshot>> work();
  void abandon() { reader_.reset(); }

 private:
  SnapshotTasks& tasks_;
  std::unique_ptr<StateReader> reader_;
  KeptSnapshot snapshot_;
};

}  // namespace tessera::core
