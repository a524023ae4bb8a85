#pragma once

#include <tessera/groups/core/snapshot/snapshot_host.h>

#include <functional>
#include <string>

/// The snapshots of a member as its provider and its session see them.
namespace tessera::core {

class SnapshotsSide final : public Snapshots {
 public:
  SnapshotsSide(SnapshotHost& host, CatchUpHost::Reader reader) : host_(host), reader_(reader) {}

  [[nodiscard]] std::optional<HeldSnapshot> newest() const override;
  [[nodiscard]] std::optional<storage::SnapshotId> newest_id() const override;
  bool take() override { return host_.begin_snapshot(); }
  [[nodiscard]] bool taking() const override { return host_.taking_snapshot(); }
  [[nodiscard]] std::uint64_t log_bytes_behind(Index index) const override {
    return host_.log_bytes_behind(index);
  }
  [[nodiscard]] std::optional<TimePoint> due_at() const override { return host_.snapshot_due_at(); }
  void lease(storage::SnapshotId snapshot, TimePoint until) override {
    host_.lease(snapshot, until);
  }
  void read_part(const storage::SnapshotPart& part) override { host_.read_part(reader_, part); }

 private:
  SnapshotHost& host_;
  CatchUpHost::Reader reader_;
};

class StagingSide final : public StagedSnapshot {
 public:
  /// `fail`: ends the session.
  using Fail = std::function<void(std::string reason)>;
  StagingSide(SnapshotHost& host, Fail fail) : host_(host), fail_(std::move(fail)) {}

  [[nodiscard]] std::optional<HeldSnapshot> staged() const override;
  storage::SnapshotId stage(HeldSnapshot snapshot) override;
  bool put_part(std::uint32_t number, Bytes data) override {
    return host_.put_part(number, std::move(data));
  }
  void install() override;

 private:
  SnapshotHost& host_;
  Fail fail_;
};

}  // namespace tessera::core
