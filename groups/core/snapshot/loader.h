#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/core/snapshot/tasks.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>

/// Fills a fresh machine from a stored snapshot, part by part, while the present one goes on. Of a
/// snapshot that is still being put together it takes the parts as they come.
///
/// Owned by `GroupCore`.
namespace tessera::core {

class SnapshotLoader {
 public:
  explicit SnapshotLoader(SnapshotTasks& tasks) : tasks_(tasks) {}

  void begin(KeptSnapshot snapshot, std::unique_ptr<StateWriter> writer);
  [[nodiscard]] bool running() const { return writer_ != nullptr; }
  [[nodiscard]] const KeptSnapshot& snapshot() const { return snapshot_; }

  /// The store has been asked to keep this part of the snapshot.
  void part_put(std::uint32_t number, const Bytes& data);
  /// It has been asked to keep the last one, too: the machine becomes whole.
  void all_put();
  [[nodiscard]] bool may_finish() const { return all_put_; }

  /// True if `work` would get on.
  [[nodiscard]] bool pending() const;
  /// Adds what is there. True once the machine is whole. After an error nothing is loaded.
  [[nodiscard]] Result<bool> work();
  void abandon();

 private:
  void read_ahead();
  void arrived(std::uint32_t number, Result<Bytes> part);

  SnapshotTasks& tasks_;
  KeptSnapshot snapshot_;
  std::unique_ptr<StateWriter> writer_;
  std::uint64_t run_ = 0;  ///< tells the answers of one load from those of another
  bool all_put_ = false;
  std::uint32_t added_ = 0;          ///< the highest part that is in the machine
  std::set<std::uint32_t> put_;      ///< of those above it that are in the store
  std::set<std::uint32_t> reading_;  ///< asked of the store
  std::map<std::uint32_t, Result<Bytes>> arrived_;
  std::size_t arrived_bytes_ = 0;
};

}  // namespace tessera::core
