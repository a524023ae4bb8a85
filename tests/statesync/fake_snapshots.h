#pragma once

#include <tessera/groups/catch_up.h>

#include <functional>
#include <map>
#include <optional>

/// A member's stored snapshots, in memory, for strategies to run with: they survive its sessions
/// and its lives.
namespace tessera::tests {

class FakeSnapshots {
 public:
  /// Takes one of the machine behind `strategy`, all at once.
  bool take(CatchUpStrategy& strategy, const Anchor& anchor);
  [[nodiscard]] std::optional<HeldSnapshot> newest() const;

  storage::SnapshotId stage(HeldSnapshot snapshot);
  [[nodiscard]] std::optional<HeldSnapshot> staged() const;
  void put_part(std::uint32_t number, Bytes data);
  /// Fills a machine from what is staged and makes it the newest.
  Result<void> load_staged(CatchUpStrategy& strategy);

  [[nodiscard]] std::optional<Bytes> part(const storage::SnapshotPart& part) const;

  std::size_t parts_put = 0;

 private:
  using Parts = std::map<std::uint32_t, Bytes>;
  struct Kept {
    HeldSnapshot snapshot;
    Parts parts;
  };
  std::optional<Kept> newest_;
  std::optional<Kept> staged_;
  storage::SnapshotId last_;
};

/// The store as one provider or session has it: `answer` is given what it reads.
class SnapshotsOfASide final : public Snapshots, public StagedSnapshot {
 public:
  struct Hooks {
    std::function<bool()> take;
    std::function<std::uint64_t(Index)> log_bytes_behind;
    std::function<void(const storage::SnapshotPart&)> read;
    std::function<void()> install;
  };
  SnapshotsOfASide(FakeSnapshots& store, Hooks hooks) : store_(store), hooks_(std::move(hooks)) {}

  std::optional<HeldSnapshot> newest() const override { return store_.newest(); }
  std::optional<storage::SnapshotId> newest_id() const override {
    const auto newest = store_.newest();
    return newest ? std::optional(newest->id) : std::nullopt;
  }
  bool take() override { return hooks_.take(); }
  bool taking() const override { return false; }
  std::uint64_t log_bytes_behind(Index index) const override {
    return hooks_.log_bytes_behind(index);
  }
  std::optional<TimePoint> due_at() const override { return std::nullopt; }
  void lease(storage::SnapshotId, TimePoint) override {}
  void read_part(const storage::SnapshotPart& part) override { hooks_.read(part); }

  std::optional<HeldSnapshot> staged() const override { return store_.staged(); }
  storage::SnapshotId stage(HeldSnapshot snapshot) override {
    return store_.stage(std::move(snapshot));
  }
  bool put_part(std::uint32_t number, Bytes data) override {
    store_.put_part(number, std::move(data));
    return true;
  }
  void install() override { hooks_.install(); }

 private:
  FakeSnapshots& store_;
  Hooks hooks_;
};

}  // namespace tessera::tests
