#pragma once

#include <tessera/groups/catch_up.h>

/// The store of a member that has none: for tests of strategies that keep no snapshots.
namespace tessera::tests {

class NoSnapshots final : public Snapshots, public StagedSnapshot {
 public:
  std::optional<HeldSnapshot> newest() const override { return std::nullopt; }
  bool take() override { return false; }
  bool taking() const override { return false; }
  std::uint64_t log_bytes_behind(Index) const override { return 0; }
  bool due() const override { return false; }
  void lease(storage::SnapshotId, TimePoint) override {}
  void read_part(const storage::SnapshotPart&) override {}

  std::optional<HeldSnapshot> staged() const override { return std::nullopt; }
  storage::SnapshotId stage(HeldSnapshot) override { return {}; }
  bool put_part(std::uint32_t, Bytes) override { return false; }
  void install() override {}
};

}  // namespace tessera::tests
