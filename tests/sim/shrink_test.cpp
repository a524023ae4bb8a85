#include <tessera/conformance/apart.h>
#include <tessera/conformance/shrink.h>
#include <tessera/conformance/world.h>
#include <tessera/primitives/check.h>

#include <gtest/gtest.h>

#include <optional>
#include <string>

/// A fault that is found in a run of thousands of events is shown by a few of them.
namespace tessera::sim {
namespace {

constexpr std::uint64_t seeds_max = 60;
constexpr std::size_t events_max = 30;

struct Finding {
  Schedule schedule;
  std::string invariant;
};

std::optional<Finding> find(const Sabotage& sabotage) {
  for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
    const Schedule schedule = Schedule::draw(Swarm::draw(seed, 3));
    const RunReport report = run_apart(schedule, sabotage);
    if (report.failure) return Finding{schedule, report.invariant};
  }
  return std::nullopt;
}

void expect_small(const Sabotage& sabotage) {
  const auto found = find(sabotage);
  ASSERT_TRUE(found.has_value());
  ShrinkOptions options;
  options.sabotage = sabotage;
  const Shrunk shrunk = shrink(found->schedule, found->invariant, options);
  const std::string text = to_string(shrunk.schedule);
  EXPECT_LE(shrunk.schedule.plan.size(), events_max) << text;
  EXPECT_LT(shrunk.schedule.plan.size(), found->schedule.plan.size());

  // What is written into a file finds the same again.
  const auto read = parse_schedule(text);
  ASSERT_TRUE(read.has_value()) << text;
  const RunReport again = run_apart(*read, sabotage);
  ASSERT_TRUE(again.failure.has_value()) << text;
  EXPECT_EQ(*again.failure, shrunk.failure) << text;
}

TEST(Shrink, AnAcknowledgementOfWhatWasRefusedIsShownByAFewEvents) {
  expect_small([](World& world) {
    for (const auto& node : world.nodes()) {
      node->plant([](const Node&, core::Effects& effects) {
        for (core::Send& send : effects.sends) {
          auto* append = std::get_if<core::AppendResponse>(&send.message);
          if (append != nullptr) append->rejected = false;
        }
      });
    }
  });
}

TEST(Shrink, ASuccessThatIsNoneIsShownByAFewEvents) {
  expect_small([](World& world) {
    for (const auto& node : world.nodes()) {
      node->plant([](const Node&, core::Effects& effects) {
        for (core::Reply& reply : effects.replies) reply.error.reset();
      });
    }
  });
}

TEST(Shrink, AReadThatAsksNobodyIsShownByAFewEvents) {
  expect_small([](World& world) { world.clients().weaken_reads(); });
}

TEST(Shrink, ARunThatEndsTheProcessIsShownByAFewEvents) {
  expect_small([](World& world) {
    for (const auto& node : world.nodes()) {
      node->plant([](const Node& planted, core::Effects&) {
        const core::Status& status = planted.status();
        check(status.committed.index <= Index{6}, "a planted assertion");
      });
    }
  });
}

}  // namespace
}  // namespace tessera::sim
