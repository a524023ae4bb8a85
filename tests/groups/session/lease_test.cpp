#include "directed_world.h"

/// A snapshot that somebody fetches stays, with the log behind it, as long as its lease lasts and
/// no longer.
namespace tessera::tests {
namespace {

class Lease : public DirectedWorld {
 protected:
  Lease() : DirectedWorld(1) {}

  /// Stores the state as it is; returns the snapshot once it is in force and others may go.
  storage::SnapshotRef take_snapshot() {
    write();
    const auto before = in_force();
    ask(0, core::AdminAction::Kind::snapshot);
    EXPECT_TRUE(comes_true([&] { return in_force() && in_force() != before; }));
    settle();
    return in_force().value_or(storage::SnapshotRef{});
  }
  /// Drops the log as far as it may go; returns the position before what is left.
  Index prune() {
    ask(0, core::AdminAction::Kind::prune);
    settle();
    return status(0).base.index;
  }
  /// What a provider does while somebody fetches `snapshot`.
  void lease(const storage::SnapshotRef& snapshot, Duration time) {
    bool done = false;
    directions_.provider = [&](ProviderContext& cx) {
      cx.snapshots().lease(snapshot.id, cx.now() + time);
      done = true;
    };
    write();
    EXPECT_TRUE(done) << "a provider is polled when something is committed";
    directions_.provider = {};
  }
  [[nodiscard]] bool is_stored(const storage::SnapshotRef& snapshot) {
    return disk().snapshots().contains(snapshot.id);
  }

 private:
  [[nodiscard]] const sim::Disk& disk() { return world_.node(0).disk(); }
  [[nodiscard]] std::optional<storage::SnapshotRef> in_force() {
    return disk().durable().record().snapshot;
  }
  /// Lets the store do what it was asked for.
  void settle() { world_.run_for(milliseconds{100}); }
};

TEST_F(Lease, KeepsASnapshotWhenANewerOneComesIntoForce) {
  const auto leased = take_snapshot();
  lease(leased, seconds{10});
  const auto newer = take_snapshot();
  EXPECT_NE(leased.id, newer.id);
  EXPECT_TRUE(is_stored(leased));
  EXPECT_TRUE(is_stored(newer));
}

TEST_F(Lease, KeepsTheLogBehindItsSnapshot) {
  const auto leased = take_snapshot();
  lease(leased, seconds{10});
  const auto newer = take_snapshot();
  ASSERT_GT(newer.position.index, leased.position.index);
  EXPECT_EQ(prune(), leased.position.index);
}

TEST_F(Lease, EndsAndThenSnapshotAndLogMayGo) {
  const auto leased = take_snapshot();
  lease(leased, seconds{10});
  world_.run_for(seconds{11});
  const auto newer = take_snapshot();
  EXPECT_FALSE(is_stored(leased));
  EXPECT_EQ(prune(), newer.position.index);
}

TEST_F(Lease, IsRenewedAlsoWhenItsSnapshotIsNoLongerTheNewest) {
  const auto leased = take_snapshot();
  lease(leased, seconds{10});
  const auto second = take_snapshot();
  lease(leased, seconds{60});
  world_.run_for(seconds{30});
  const auto third = take_snapshot();
  EXPECT_TRUE(is_stored(leased));
  EXPECT_FALSE(is_stored(second)) << "nobody fetches it";
  EXPECT_TRUE(is_stored(third));
  EXPECT_EQ(prune(), leased.position.index);
}

TEST_F(Lease, OfAnotherSnapshotDoesNotHoldTheLog) {
  take_snapshot();
  lease({storage::SnapshotId{77}, Cursor{}}, seconds{10});
  const auto newer = take_snapshot();
  EXPECT_EQ(prune(), newer.position.index);
}

}  // namespace
}  // namespace tessera::tests
