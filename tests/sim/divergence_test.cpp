#include <tessera/conformance/runner.h>

#include <gtest/gtest.h>

/// A member whose machine has erred is found by the others and gets their state, whatever else goes
/// wrong meanwhile.
namespace tessera::sim {
namespace {

constexpr std::uint64_t seeds = 40;

/// A group that takes snapshots all the time, and in which one machine errs once.
Swarm with_an_error(std::uint64_t seed) {
  Swarm swarm = Swarm::draw(seed, 3);
  swarm.strategy = Swarm::Strategy::snapshot_sync;
  swarm.limits.retention_max = 2'000;
  swarm.garbled_node = 1 + seed % 3;
  return swarm;
}

TEST(Divergence, IsFoundAndMended) {
  std::uint64_t found = 0;
  std::uint64_t mended = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const RunReport report = run_once(with_an_error(seed), Trace::Detail::hash);
    EXPECT_FALSE(report.failure) << "seed " << seed << ": " << *report.failure;
    found += report.marks.count(Mark::state_diverged);
    mended += report.marks.count(Mark::state_rebuilt);
  }
  EXPECT_GT(found, seeds / 8);
  EXPECT_GT(mended, seeds / 8);
}

/// The log never grows so long that a snapshot is taken because of it.
TEST(Divergence, IsFoundWhereOnlyTheScrubIntervalHasSnapshotsTaken) {
  std::uint64_t found = 0;
  std::uint64_t mended = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Swarm swarm = with_an_error(seed);
    swarm.limits.retention_max = core::CoreLimits{}.retention_max;
    swarm.group.scrub_interval = std::chrono::milliseconds{300};
    const RunReport report = run_once(swarm, Trace::Detail::hash);
    EXPECT_FALSE(report.failure) << "seed " << seed << ": " << *report.failure;
    found += report.marks.count(Mark::state_diverged);
    mended += report.marks.count(Mark::state_rebuilt);
  }
  EXPECT_GT(found, seeds / 8);
  EXPECT_GT(mended, seeds / 8);
}

}  // namespace
}  // namespace tessera::sim
