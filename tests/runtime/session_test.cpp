#include "world.h"

/// Exactly once, as a service sees it.
namespace tessera::tests {
namespace {

class Sessions : public testing::Test {
 protected:
  JournalGroup join(const GroupSettings& settings) {
    world_.start("a");
    auto group = world_["a"]
                     .group(key_of("sessions"))
                     .genesis(Genesis::expect(1))
                     .settings(settings)
                     .state_machine(Journal())
                     .join();
    take(group.when().online(use_future));
    return group;
  }
  static std::int64_t execute(const JournalGroup& group, const std::string& text) {
    return take(group.execute(Journal::Line{text, 1}, use_future)).result;
  }

  World world_;
};

TEST_F(Sessions, CopiesOfAHandleShareOneAndOthersHaveTheirOwn) {
  const auto group = join(quick_settings());
  EXPECT_EQ(group.status().client_sessions, 0U);
  EXPECT_EQ(execute(group, "one"), 1);
  const auto copy = group;
  EXPECT_EQ(execute(copy, "two"), 2);
  EXPECT_EQ(execute(group.on_full(OnFull::fail), "three"), 3);
  EXPECT_EQ(group.status().client_sessions, 1U);
  {
    const auto own = group.session();
    EXPECT_EQ(execute(own, "four"), 4);
    const auto own_copy = own;
    EXPECT_EQ(execute(own_copy, "five"), 5);
    EXPECT_EQ(group.status().client_sessions, 2U);
  }
  EXPECT_TRUE(comes_true([&] { return group.status().client_sessions == 1U; }));
  EXPECT_EQ(execute(group, "six"), 6);
}

TEST_F(Sessions, WhereThereAreTooManyACallerFailsOrWaits) {
  GroupSettings settings = quick_settings();
  settings.sessions_max = 2;
  const auto group = join(settings);
  execute(group, "one");
  const auto waiting = group.session();
  std::future<Applied<Journal>> waits;
  {
    const auto second = group.session();
    execute(second, "two");
    const auto third = group.session().on_full(OnFull::fail);
    EXPECT_EQ(error_of(third.execute(Journal::Line{"refused", 1}, use_future)),
              make_error_code(Errc::would_block));
    waits = waiting.execute(Journal::Line{"three", 1}, use_future);
  }
  EXPECT_EQ(take(std::move(waits)).result, 3);
}

TEST_F(Sessions, CommandsOfOneSessionAreAppliedInTheirOrder) {
  const auto group = join(quick_settings()).session();
  std::vector<std::future<Applied<Journal>>> applied;
  for (int line = 0; line < 200; ++line) {
    applied.push_back(group.execute(Journal::Line{std::to_string(line), 1}, use_future));
  }
  std::int64_t sum = 0;
  for (auto& each : applied) EXPECT_EQ(take(std::move(each)).result, ++sum);
}

TEST_F(Sessions, ARestartedMemberHasASessionOfItsOwnAndTheOldOneExpires) {
  GroupSettings settings = quick_settings();
  settings.session_ttl = std::chrono::milliseconds{200};
  {
    const auto group = join(settings);
    EXPECT_EQ(execute(group, "one"), 1);
  }
  world_.stop("a");
  const auto group = join(settings);
  EXPECT_EQ(execute(group, "two"), 2);
  EXPECT_TRUE(comes_true([&] { return group.status().client_sessions == 1U; }));
  EXPECT_EQ(execute(group, "three"), 3);
}

}  // namespace
}  // namespace tessera::tests
