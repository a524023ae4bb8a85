#pragma once

#include <tessera/groups/core/session/catch_up_host.h>
#include <tessera/groups/core/snapshot/kept_snapshot.h>

#include <optional>

/// What the catch-up side of a core may see and do of the member's snapshots. Implemented by
/// `GroupCore`; what each function means is said at `Snapshots` and `StagedSnapshot`.
namespace tessera::core {

class SnapshotHost {
 public:
  virtual ~SnapshotHost() = default;

  [[nodiscard]] virtual const std::optional<KeptSnapshot>& newest_snapshot() const = 0;
  virtual bool begin_snapshot() = 0;
  [[nodiscard]] virtual bool taking_snapshot() const = 0;
  [[nodiscard]] virtual std::uint64_t log_bytes_behind(Index index) = 0;
  [[nodiscard]] virtual std::optional<TimePoint> snapshot_due_at() = 0;
  virtual void lease(storage::SnapshotId snapshot, TimePoint until) = 0;
  virtual void read_part(CatchUpHost::Reader reader, const storage::SnapshotPart& part) = 0;

  [[nodiscard]] virtual const std::optional<KeptSnapshot>& staged() const = 0;
  virtual storage::SnapshotId stage(storage::SnapshotManifest manifest) = 0;
  virtual bool put_part(std::uint32_t number, Bytes data) = 0;
  virtual Result<void> load_staged() = 0;
  /// The session that wanted it is gone.
  virtual void stop_loading() = 0;
};

}  // namespace tessera::core
