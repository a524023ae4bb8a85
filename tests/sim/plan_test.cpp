#include <tessera/conformance/runner.h>

#include <gtest/gtest.h>

namespace tessera::sim {
namespace {

using std::chrono::milliseconds;

TEST(Plan, ASeedDrawsTheSamePlanEachTimeInTheOrderOfTime) {
  const Swarm swarm = Swarm::draw(5, 5);
  const Plan plan = draw_plan(swarm);
  EXPECT_TRUE(plan == draw_plan(swarm));
  EXPECT_FALSE(plan.empty());
  for (std::size_t at = 1; at < plan.size(); ++at) EXPECT_LE(plan[at - 1].at, plan[at].at);
}

TEST(Plan, EveryEventIsReadBackFromItsText) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const Event& event : draw_plan(Swarm::draw(seed, 5))) {
      const auto read = parse_event(to_string(event));
      ASSERT_TRUE(read.has_value()) << to_string(event);
      EXPECT_TRUE(*read == event) << to_string(event);
    }
  }
}

TEST(Plan, EventsReadLikeSentences) {
  FaultEvent partition;
  partition.kind = FaultEvent::Kind::partition;
  partition.left = {0};
  partition.right = {1, 2};
  partition.lasts = milliseconds{1500};
  EXPECT_EQ(to_string(Event{milliseconds{1200}, partition}),
            "+1.2s partition {0} | {1,2} for 1.5s");
  CallEvent call;
  call.node = 2;
  EXPECT_EQ(to_string(Event{milliseconds{3}, call}), "+0.003s execute node 2");
}

TEST(Schedule, IsReadBackFromItsTextWithEverySetting) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Schedule schedule = Schedule::draw(Swarm::draw(seed, 3));
    const auto read = parse_schedule(to_string(schedule));
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->plan == schedule.plan);
    for (const Setting& setting : settings()) {
      EXPECT_EQ(setting.get(read->swarm), setting.get(schedule.swarm)) << setting.name;
    }
  }
}

TEST(Schedule, IsTheSameRunWhenItIsReadBack) {
  // A setting that `settings.cpp` does not list would be lost on the way.
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Schedule schedule = Schedule::draw(Swarm::draw(seed, 3));
    const auto read = parse_schedule(to_string(schedule));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(run_once(*read, Trace::Detail::hash).hash,
              run_once(schedule, Trace::Detail::hash).hash)
        << "seed " << seed;
  }
}

TEST(Schedule, SaysWhichLineIsWrong) {
  const auto error = [](std::string_view text) { return parse_schedule(text).error().message(); };
  EXPECT_NE(error("# fine\n\nset speed 3\n").find("line 3: no such setting"), std::string::npos);
  EXPECT_NE(error("+1s explode node 1\n").find("line 1: neither"), std::string::npos);
  EXPECT_NE(error("+1 crash node 1\n").find("line 1: neither"), std::string::npos);
  EXPECT_NE(error("+1s crash node one\n").find("line 1: neither"), std::string::npos);
  EXPECT_NE(error("+1s crash node 3 for 1s\n").find("no such node"), std::string::npos);
}

}  // namespace
}  // namespace tessera::sim
