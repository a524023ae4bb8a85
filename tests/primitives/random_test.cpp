#include <tessera/primitives/random.h>

#include <gtest/gtest.h>

#include <vector>

namespace tessera::test {
namespace {

std::vector<std::uint64_t> draws(Random random, std::size_t count) {
  std::vector<std::uint64_t> drawn;
  for (std::size_t draw = 0; draw < count; ++draw) drawn.push_back(random.next());
  return drawn;
}

// xoshiro256** seeded by splitmix64, computed apart from this code. Recorded seeds must replay.
TEST(Random, SequencesArePinned) {
  EXPECT_EQ(draws(Random(0), 4),
            (std::vector<std::uint64_t>{0x99ec5f36cb75f2b4, 0xbf6e1f784956452a, 0x1a5f849d4933e6e0,
                                        0x6aa594f1262d2d2c}));
  EXPECT_EQ(draws(Random(42), 3), (std::vector<std::uint64_t>{
                                      0x15780b2e0c2ec716, 0x6104d9866d113a7e, 0xae17533239e499a1}));
}

TEST(Random, BelowStaysBelowAndReachesEverything) {
  Random random(1);
  std::vector<int> seen(7);
  for (int draw = 0; draw < 7000; ++draw) ++seen.at(random.below(7));
  for (const int count : seen) {
    EXPECT_GT(count, 800);
    EXPECT_LT(count, 1200);
  }
  EXPECT_EQ(random.below(1), 0U);
  EXPECT_LT(random.below(~std::uint64_t{0}), ~std::uint64_t{0});
}

TEST(Random, ChancesAreKept) {
  Random random(2);
  int hits = 0;
  for (int draw = 0; draw < 10'000; ++draw) hits += random.chance({1, 4}) ? 1 : 0;
  EXPECT_GT(hits, 2300);
  EXPECT_LT(hits, 2700);
  EXPECT_FALSE(random.chance({0, 1}));
  EXPECT_TRUE(random.chance({1, 1}));
}

TEST(Random, AForkDoesNotDependOnLaterDraws) {
  Random one(3);
  Random other(3);
  const Random fork = one.fork();
  const Random twin = other.fork();
  (void)one.next();
  EXPECT_EQ(draws(fork, 10), draws(twin, 10));
  EXPECT_NE(draws(fork, 1), draws(one, 1));
}

TEST(RandomDeathTest, AnEmptyRangeIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH((void)Random(0).below(0), "above zero");
}

TEST(SystemEntropy, Differs) { EXPECT_NE(system_entropy(), system_entropy()); }

}  // namespace
}  // namespace tessera::test
