#include <tessera/conformance/runner.h>

#include <gtest/gtest.h>

#include <set>

/// Whatever happens to a simulated group follows from its seed, so every finding can be had again.
/// That the bugs of the catalogue are found is `X04_EveryKnownBugIsCaughtAndPublished`.
namespace tessera::sim {
namespace {

TEST(Parity, X04_ASeedIsOneRunAndAnotherSeedIsAnother) {
  constexpr std::uint64_t seeds = 6;
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    for (const std::size_t nodes : {3, 5}) {
      const RunReport report = run_twice(Schedule::draw(Swarm::draw(seed, nodes)));
      EXPECT_EQ(report.failure, std::nullopt) << seed << ", which includes differing hashes";
      EXPECT_GT(report.commands, 0U);
      hashes.insert(report.hash);
    }
  }
  EXPECT_EQ(hashes.size(), 2 * seeds);
}

}  // namespace
}  // namespace tessera::sim
