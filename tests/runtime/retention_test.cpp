#include "shelf.h"
#include "world.h"

/// How long a member keeps its log, and what it says when no snapshot can take its place.
namespace tessera::tests {
namespace {

class Retention : public testing::Test {
 protected:
  ShelfGroup found(std::size_t retention_bytes) {
    NetworkConfig config = world_.config("a");
    config.limits.retention_bytes = retention_bytes;
    world_.start("a", config);
    auto group = world_["a"]
                     .group(key_of("retention"))
                     .genesis(Genesis::expect(1))
                     .settings(quick_settings())
                     .state_machine(Shelf())
                     .join();
    take(group.when().online(use_future));
    return group;
  }
  /// So many commands of some sixty bytes each.
  static Cursor fill(const ShelfGroup& group, std::uint64_t count) {
    const std::vector<Shelf::Fill> fills(count, Shelf::Fill{0, 1, 100, 1});
    return take(group.execute_many(fills, use_future)).back().position;
  }

  World world_;
};

TEST_F(Retention, ALogLongerThanItIsReplacedByASnapshot) {
  const ShelfGroup group = found(64U << 10U);
  Cursor last;
  const auto pruned = [&] {
    last = fill(group, 1000);
    return group.status().base.index > Index(0);
  };
  EXPECT_TRUE(comes_true(pruned)) << world_.log();
  EXPECT_LT(group.status().base, last) << "some of it is kept";
}

TEST_F(Retention, AShorterLogIsKept) {
  const ShelfGroup group = found(256U << 20U);
  for (int round = 0; round < 5; ++round) fill(group, 1000);
  EXPECT_EQ(group.status().base.index, Index(0));
}

TEST_F(Retention, LessThanCanBeToldApartIsRefused) {
  NetworkConfig config = world_.config("a");
  config.limits.retention_bytes = 1000;
  try {
    world_.start("a", config);
    FAIL() << "it was taken";
  } catch (const boost::system::system_error& error) {
    EXPECT_EQ(error.code(), Errc::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("retention_bytes"), std::string::npos);
  }
}

TEST_F(Retention, AnItemThatNoMessageCanCarryIsTheMembersProblem) {
  const ShelfGroup group = found(256U << 20U);
  take(group.execute(Shelf::Fill{0, 3, 1000, 1}, use_future));
  take(group.execute(Shelf::Fill{3, 1, 70U << 20U, 1}, use_future));
  EXPECT_EQ(error_of(group.admin().snapshot(use_future)), Errc::too_large);
  EXPECT_TRUE(comes_true([&] { return group.status().problem.has_value(); }));
  ASSERT_TRUE(group.status().problem);
  const std::string problem = group.status().problem->message();
  EXPECT_NE(problem.find("cannot take a snapshot"), std::string::npos) << problem;
  EXPECT_NE(problem.find("one message carries at most"), std::string::npos) << problem;
  EXPECT_NE(problem.find("number 4 of the state"), std::string::npos) << problem;
  // It goes on all the same, and is well again when the item is gone.
  take(group.execute(Shelf::Fill{3, 1, 10, 2}, use_future));
  take(group.admin().snapshot(use_future));
  EXPECT_TRUE(comes_true([&] { return !group.status().problem; }));
}

}  // namespace
}  // namespace tessera::tests
