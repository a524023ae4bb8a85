#include "stores_under_test.h"
#include "whole_snapshot.h"
#include <tessera/primitives/random.h>

#include <string>
#include <vector>

namespace tessera::storage {
namespace {

using namespace testing;

class SnapshotRules : public EveryStore {
 protected:
  void put(std::uint64_t id, const Snapshot& snapshot) {
    const auto stored = testing::put(store.snapshots(), group, SnapshotId(id), snapshot);
    ASSERT_TRUE(stored.has_value()) << stored.error().message();
  }
  void put_in_force(std::uint64_t id, const Snapshot& snapshot) {
    put(id, snapshot);
    GroupWrite write_ref = write_of(group, {});
    write_ref.snapshot = SnapshotRef{SnapshotId(id), snapshot.position};
    write(write_ref);
  }
  bool holds(std::uint64_t id) {
    const auto loaded = load(store.snapshots(), group, SnapshotId(id));
    EXPECT_TRUE(loaded || loaded.error().is(Errc::not_found)) << loaded.error().message();
    return loaded.has_value();
  }
  void expect_stored(std::uint64_t id, const Snapshot& snapshot) {
    const auto loaded = load(store.snapshots(), group, SnapshotId(id));
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message();
    EXPECT_EQ(loaded->position, snapshot.position);
    EXPECT_EQ(loaded->anchor, snapshot.anchor);
    EXPECT_EQ(loaded->state, snapshot.state);
  }
  static Snapshot snapshot_of(std::size_t anchor_bytes, std::size_t state_bytes) {
    Random random(anchor_bytes * 31 + state_bytes);
    std::vector<std::uint8_t> anchor(anchor_bytes);
    std::vector<std::uint8_t> state(state_bytes);
    for (auto& byte : anchor) byte = static_cast<std::uint8_t>(random.next());
    for (auto& byte : state) byte = static_cast<std::uint8_t>(random.next());
    return {at(2, 77), Bytes(std::move(anchor)), Bytes(std::move(state))};
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, SnapshotRules, ::testing::Values(Kind::memory, Kind::rocks),
                         name_of_kind);

TEST_P(SnapshotRules, SnapshotsOfAnySizeComeBackAsTheyWere) {
  constexpr std::size_t chunk = 1 << 20;
  const std::vector<Snapshot> all{snapshot_of(0, 0),         snapshot_of(10, 0),
                                  snapshot_of(0, 10),        snapshot_of(chunk, chunk),
                                  snapshot_of(5, chunk - 5), snapshot_of(chunk + 1, 3 * chunk)};
  for (std::size_t i = 0; i < all.size(); ++i) {
    put(i + 1, all[i]);
  }
  store.reopen();
  for (std::size_t i = 0; i < all.size(); ++i) {
    expect_stored(i + 1, all[i]);
  }
}

TEST_P(SnapshotRules, AnUnknownSnapshotIsNotFound) {
  EXPECT_FALSE(holds(1));
  put(1, snapshot_of(1, 1));
  EXPECT_FALSE(holds(2));
  EXPECT_TRUE(
      load(store.snapshots(), group_named("other"), SnapshotId(1)).error().is(Errc::not_found));
}

TEST_P(SnapshotRules, UnusedSnapshotsAreDroppedAndThoseInUseStay) {
  put(1, snapshot_of(1, 10));
  put_in_force(2, snapshot_of(2, 2 << 20));
  put(3, snapshot_of(3, 30));
  put(4, snapshot_of(4, 40));
  ASSERT_TRUE(
      testing::put(store.snapshots(), group_named("other"), SnapshotId(9), snapshot_of(9, 9)));
  ASSERT_TRUE(drop_unused(store.snapshots(), group, SnapshotId(4)));
  store.reopen();
  EXPECT_FALSE(holds(1));
  expect_stored(2, snapshot_of(2, 2 << 20));
  EXPECT_FALSE(holds(3));
  expect_stored(4, snapshot_of(4, 40));
  EXPECT_TRUE(load(store.snapshots(), group_named("other"), SnapshotId(9)).has_value());
  EXPECT_EQ(record_of(group).snapshot, (SnapshotRef{SnapshotId(2), at(2, 77)}));
}

TEST_P(SnapshotRules, ANameLeftOverFromACrashIsReplacedAsAWhole) {
  put(5, snapshot_of(2 << 20, 2 << 20));  // never came into force
  store.reopen();
  put(5, snapshot_of(7, 1 << 20));
  store.reopen();
  expect_stored(5, snapshot_of(7, 1 << 20));
}

}  // namespace
}  // namespace tessera::storage
