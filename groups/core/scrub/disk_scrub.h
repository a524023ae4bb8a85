#pragma once

#include <tessera/groups/core/snapshot/kept_snapshot.h>
#include <tessera/primitives/time.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/store.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

/// Which of what this member has stored is read next to see whether it is still as it was written:
/// damage that nobody reads stays unnoticed until the others have lost their copy as well.
///
/// Passes over the log and the snapshot in force, a step at a time and never faster than
/// `bytes_per_second`, so that nobody who works waits for the disk. Owned by `GroupCore`.
namespace tessera::core {

class DiskScrub {
 public:
  static constexpr std::size_t step_bytes = std::size_t{256} << 10U;
  static constexpr std::uint64_t bytes_per_second = std::uint64_t{8} << 20U;

  /// What is stored, as far as it is durable.
  struct Stored {
    Index base;                                   ///< before the first entry
    Index last;                                   ///< of the log
    std::optional<storage::SnapshotId> snapshot;  ///< in force
    std::uint32_t parts = 0;
  };
  /// Entries from here on, about `step_bytes` of them.
  struct Entries {
    Index from;
  };
  using Step = std::variant<Entries, storage::SnapshotPart>;

  /// A life begins: the first pass is due one interval later.
  void start(TimePoint now) {
    due_ = now;
    pass_ended_ = true;
  }

  /// When the next step is due, where a pass begins `interval` after the last; nothing while one is
  /// under way, and without an interval.
  [[nodiscard]] std::optional<TimePoint> due(Duration interval) const;
  /// The step that is due, which is then under way; nothing if the pass has ended with the last one
  /// or none is due.
  [[nodiscard]] std::optional<Step> next(TimePoint now, Duration interval, const Stored& stored);

  /// The entries up to `upto` were read, `bytes` of them, and are sound.
  void entries_read(TimePoint now, Index upto, std::size_t bytes);
  void part_read(TimePoint now, std::size_t bytes);
  /// What the step was to read is gone, as it may be.
  void skipped(TimePoint now);

  /// Passes that came to their end.
  [[nodiscard]] std::uint64_t passes() const { return passes_; }

 private:
  void done(TimePoint now, std::size_t bytes);

  bool reading_ = false;
  bool pass_ended_ = true;
  TimePoint due_{};  ///< of the next step; between passes, when the last one ended
  Index entry_;      ///< entries up to here have been read
  storage::SnapshotId snapshot_;
  std::uint32_t part_ = 0;  ///< parts up to here have been
  std::uint64_t passes_ = 0;
};

}  // namespace tessera::core
