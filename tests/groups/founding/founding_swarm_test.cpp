#include "founding_world.h"

#include <gtest/gtest.h>

#include <string>

/// Seeds of small worlds. A failure prints the seed; the same seed gives the same world.
namespace tessera::core {
namespace {

WorldPlan draw(std::uint64_t seed) {
  Random random(seed);
  WorldPlan plan;
  plan.n = 1 + random.below(5);
  plan.with_right = plan.n + random.below(plan.n);
  plan.joiners = random.below(3);
  plan.listed = random.chance({1, 5});
  if (plan.listed) plan.with_right = plan.n;
  plan.genesis_wait = std::chrono::milliseconds{random.chance({1, 3}) ? random.below(5000) : 0};
  plan.loss_percent = random.below(70);
  plan.delay_ms = random.chance({1, 2}) ? 20 : 1000;
  plan.sync_ms = random.chance({1, 2}) ? 50 : 800;
  plan.fault_gap_ms = 200 + random.below(2000);
  return plan;
}

class Swarm {
 public:
  void run(const WorldPlan& plan, std::uint64_t seed, bool must_end_well) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    FoundingWorld world(plan, seed);
    try {
      const bool joined = world.run();
      EXPECT_TRUE(joined || !must_end_well) << world.describe();
    } catch (const Broken& broken) {
      ADD_FAILURE() << broken.what() << '\n' << world.describe();
    }
    const FoundingWorld::Marks& marks = world.marks();
    total.crashes += marks.crashes;
    total.abandoned += marks.abandoned;
    total.withdrawn += marks.withdrawn;
    total.renewed += marks.renewed;
    total.wiped += marks.wiped;
    total.adopted += marks.adopted;
  }

  FoundingWorld::Marks total;
};

TEST(FoundingSwarm, OneGenesisComesAboutUnderFaultsAndEverybodyJoinsItAfterwards) {
  Swarm swarm;
  for (std::uint64_t seed = 1; seed <= 400 && !testing::Test::HasFailure(); ++seed) {
    swarm.run(draw(seed), seed, true);
  }
  EXPECT_GT(swarm.total.crashes, 0);
  EXPECT_GT(swarm.total.abandoned, 0);
  EXPECT_GT(swarm.total.withdrawn, 0);
  EXPECT_GT(swarm.total.renewed, 0);
  EXPECT_GT(swarm.total.adopted, 0);
}

TEST(FoundingSwarm, LostDisksNeverMakeASecondGroupWithinTheBoundOfStores) {
  Swarm swarm;
  for (std::uint64_t seed = 1; seed <= 200 && !testing::Test::HasFailure(); ++seed) {
    WorldPlan plan = draw(seed);
    plan.wipes = true;
    swarm.run(plan, seed + 1'000'000, false);
  }
  EXPECT_GT(swarm.total.wiped, 0);
}

TEST(FoundingSwarm, WithoutFaultsTheGroupIsFoundedAtOnce) {
  Swarm swarm;
  for (std::uint64_t seed = 1; seed <= 60 && !testing::Test::HasFailure(); ++seed) {
    WorldPlan plan = draw(seed);
    plan.faults = false;
    swarm.run(plan, seed, true);
  }
  EXPECT_EQ(swarm.total.withdrawn, 0);
}

TEST(FoundingSwarm, ASeedReplaysExactly) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    FoundingWorld first(draw(seed), seed);
    FoundingWorld second(draw(seed), seed);
    first.run();
    second.run();
    EXPECT_EQ(first.trace(), second.trace()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tessera::core
