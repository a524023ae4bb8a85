#pragma once

#include <tessera/primitives/error.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/store.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

/// The store on disk of a node that does not run, opened to be looked at and copied from. Nothing
/// in its folder is changed, and no node can open it meanwhile.
namespace tessera::storage {

/// Something in a store that is not as it was written.
struct Damage {
  std::optional<GroupId> group;      ///< whose it is; none: the store's own
  std::optional<Index> index;        ///< the first entry that fails
  std::optional<SnapshotPart> part;  ///< of a snapshot; of its manifest: number 0
  Error check;                       ///< which check fails, and of what
};

/// A snapshot, every part of which has been read.
struct ExaminedSnapshot {
  SnapshotId id;
  bool in_force = false;
  std::optional<StoredSnapshot> stored;  ///< none if its manifest is damaged
  std::uint32_t parts_sound = 0;         ///< held, and as they were written
  std::uint64_t bytes = 0;               ///< of these
};

/// A group, all of which has been read.
struct ExaminedGroup {
  GroupId group;
  std::optional<GroupRecord> record;  ///< none if its records are damaged
  std::uint64_t entries = 0;          ///< of its log, that are as they were written
  std::uint64_t log_bytes = 0;        ///< of these
  std::vector<ExaminedSnapshot> snapshots;
};

struct ExaminedStore {
  std::uint32_t format = 0;
  std::optional<PeerId> owner;  ///< none if the record of it is damaged
  std::uint64_t starts = 0;     ///< how often a node has opened it
  std::vector<ExaminedGroup> groups;
  std::vector<Damage> damage;
};

/// Callable from any thread.
class StoppedStore {
 public:
  virtual ~StoppedStore() = default;

  /// Reads everything and checks it. What fails its checks is in the answer; an error means that
  /// reading itself fails.
  [[nodiscard]] virtual Result<ExaminedStore> examine() = 0;

  /// Whose store it is. `damaged` if it does not say.
  [[nodiscard]] virtual Result<PeerId> owner() = 0;

  /// `damaged` if less is there than the store had promised to keep: the end of what was written is
  /// lost, though what is there may be sound.
  [[nodiscard]] virtual Result<void> keeps_promises() = 0;

  /// Whatever writes fails with `not_allowed`.
  [[nodiscard]] virtual LogStore& log() = 0;
  [[nodiscard]] virtual SnapshotStore& snapshots() = 0;
};

/// What becomes of a store whose write-ahead log, where the newest writes are, is damaged.
enum class DamagedLog {
  refused,  ///< it is not opened
  skipped,  ///< what can be read of it is: to find out what is left, and for nothing else
};

/// Opens the store in `path`, as `RocksOptions::path` names it.
///
/// Errors, each naming the path: `not_found` (there is no store), `foreign`, `version_mismatch`,
/// `damaged` (so that it cannot be read at all), `io_failed` (not readable, or in use by a process,
/// which is named where the system tells it).
[[nodiscard]] Result<std::unique_ptr<StoppedStore>> open_stopped_store(
    const std::filesystem::path& path, DamagedLog damaged_log = DamagedLog::refused);

}  // namespace tessera::storage
