#include <tessera/conformance/latency.h>

#include <gtest/gtest.h>

/// What callers wait for, counted in simulated time: no machine is too slow for these.
namespace tessera::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Every message takes a millisecond and every write as long as every other.
Swarm even_swarm() {
  Swarm swarm;
  swarm.seed = 1;
  swarm.network.delay = {milliseconds{1}, milliseconds{1}};
  swarm.disk.latency = {milliseconds{1}, milliseconds{1}};
  swarm.timer_slack = {};
  return swarm;
}

Latencies measured(const LatencyPlan& plan) {
  const auto found = measure_latency(plan);
  EXPECT_TRUE(found.has_value());
  return found.value_or(Latencies{{Duration::max()}, 0});
}

/// Each takes as many rounds as it does; what is below a millisecond is when a disk began to write.
std::vector<std::int64_t> rounds(const Latencies& found) {
  std::vector<std::int64_t> whole;
  for (const Duration time : found.sorted) whole.push_back(time / milliseconds{1});
  return whole;
}

class LatencyOf : public ::testing::TestWithParam<Operation::Kind> {};

TEST_P(LatencyOf, ACallThatWakesAGroupIsThatOfACallAwake) {
  LatencyPlan plan;
  plan.swarm = even_swarm();
  plan.kind = GetParam();
  plan.callers = 3;
  plan.calls = 30;
  plan.pause = seconds{5};
  const Latencies awake = measured(plan);
  EXPECT_EQ(awake.asleep, 0U);
  plan.swarm.may_sleep = true;
  plan.swarm.network.pair_beat = plan.swarm.group.heartbeat;
  const Latencies asleep = measured(plan);
  EXPECT_EQ(asleep.asleep, plan.calls) << "every call found the group asleep";
  EXPECT_EQ(rounds(asleep), rounds(awake));
}

INSTANTIATE_TEST_SUITE_P(Calls, LatencyOf,
                         ::testing::Values(Operation::Kind::execute, Operation::Kind::strong_read),
                         [](const auto& kind) {
                           return kind.param == Operation::Kind::execute ? "Commands" : "Reads";
                         });

TEST(Latency, OfCommitsIsThatOfTheWritersWhateverTheNumberOfObservers) {
  LatencyPlan plan;
  plan.callers = 2;
  plan.calls = 2000;
  plan.swarm = two_writers(0);
  const Latencies alone = measured(plan);
  plan.swarm = two_writers(10);
  const Latencies observed = measured(plan);
  // The draws of delays differ, as the nodes do; a round more would be a third.
  EXPECT_LE(observed.within(500), alone.within(500) * 21 / 20);
  EXPECT_LE(observed.within(990), alone.within(990) * 21 / 20);
}

}  // namespace
}  // namespace tessera::sim
