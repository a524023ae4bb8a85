#include <tessera/primitives/random.h>
#include <tessera/primitives/snapshot_map.h>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace tessera {
namespace {

using TestMap = SnapshotMap<int, std::string>;

std::map<int, std::string> rest_of(TestMap::View& view) {
  std::map<int, std::string> rest;
  int last = -1;
  while (auto entry = view.next()) {
    EXPECT_LT(last, entry->first) << "views are in order";
    last = entry->first;
    rest.insert(*std::move(entry));
  }
  return rest;
}

TEST(SnapshotMap, HoldsWhatAMapHolds) {
  TestMap map;
  EXPECT_EQ(map.set(1, "one"), std::nullopt);
  EXPECT_EQ(map.set(1, "uno"), "one");
  EXPECT_EQ(*map.find(1), "uno");
  EXPECT_EQ(map.find(2), nullptr);
  EXPECT_EQ(map.erase(1), "uno");
  EXPECT_EQ(map.erase(1), std::nullopt);
  EXPECT_TRUE(map.empty());
}

TEST(SnapshotMap, AViewShowsTheMomentItWasTaken) {
  TestMap map;
  for (int key = 0; key < 10; ++key) map.set(key, "old");
  const auto then = map.entries();
  auto view = map.view();
  map.set(3, "new");
  map.set(3, "newer");
  map.erase(5);
  map.set(20, "later");
  map.erase(7);
  map.set(7, "back");
  EXPECT_EQ(rest_of(view), then);
  EXPECT_EQ(*map.find(3), "newer");
}

TEST(SnapshotMap, WhatAViewHasReadMayChange) {
  TestMap map;
  map.set(1, "a");
  map.set(2, "b");
  auto view = map.view();
  EXPECT_EQ(view.next()->second, "a");
  map.erase(1);
  map.set(0, "below");
  EXPECT_EQ(rest_of(view), (std::map<int, std::string>{{2, "b"}}));
}

TEST(SnapshotMap, AViewOutlivesWhatIsClearedMovedOrGone) {
  auto map = std::make_unique<TestMap>();
  map->set(1, "a");
  map->set(2, "b");
  const auto then = map->entries();
  auto cleared = map->view();
  map->clear();
  EXPECT_TRUE(map->empty());
  map->set(2, "c");
  auto gone = map->view();
  map.reset();
  EXPECT_EQ(rest_of(cleared), then);
  EXPECT_EQ(rest_of(gone), (std::map<int, std::string>{{2, "c"}}));
}

TEST(SnapshotMap, ACopyIsItsOwn) {
  TestMap map;
  map.set(1, "a");
  auto view = map.view();
  TestMap copy = map;
  copy.set(1, "b");
  EXPECT_EQ(*map.find(1), "a");
  EXPECT_EQ(rest_of(view).at(1), "a");
}

TEST(SnapshotMap, ManyViewsWhileItIsWrittenAtRandom) {
  Random random(3);
  TestMap map;
  struct Open {
    TestMap::View view;
    std::map<int, std::string> expected;
    std::map<int, std::string> seen;
  };
  std::vector<Open> open;
  for (int step = 0; step < 20'000; ++step) {
    const int key = static_cast<int>(random.below(200));
    if (random.below(3) == 0) {
      map.erase(key);
    } else {
      map.set(key, std::to_string(step));
    }
    if (random.below(200) == 0) open.push_back({map.view(), map.entries(), {}});
    if (random.below(5000) == 0) map.clear();
    std::erase_if(open, [&](Open& each) {
      if (random.below(2) == 0) return false;
      if (auto entry = each.view.next()) {
        each.seen.insert(*std::move(entry));
        return false;
      }
      EXPECT_EQ(each.seen, each.expected);
      return true;
    });
  }
  EXPECT_FALSE(open.empty());
}

}  // namespace
}  // namespace tessera
