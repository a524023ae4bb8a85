#include "../statesync/shop.h"
#include "world.h"

/// Members with real stores that are brought up to date by differences.
namespace tessera::tests {
namespace {

constexpr std::uint64_t row_count = 4'000;
constexpr std::size_t state_bytes = row_count * 256;

class DiffSyncMembers : public testing::Test {
 protected:
  DiffSyncMembers() {
    for (const char* name : {"a", "b", "c"}) join(name);
    for (const char* name : {"a", "b", "c"}) take(groups_.at(name)->when().online(use_future));
  }

  void join(const std::string& name) {
    world_.start(name, groups_.empty() ? std::vector<std::string>{} : world_.at("a"));
    GroupSettings settings = quick_settings();
    settings.inline_catch_up = 0;
    groups_[name] = world_[name]
                        .group(key_of("shop"))
                        .genesis(Genesis::expect(3))
                        .settings(settings)
                        .state_machine(Shop())
                        .join();
  }
  void leave_for_now(const std::string& name) {
    take(groups_.at(name)->close(use_future));
    groups_.erase(name);
    world_.stop(name);
  }
  Cursor write(const Shop::Write& write) {
    return take(groups_.at("a")->execute(write, use_future)).position;
  }
  /// Nobody who runs keeps anything of the log.
  void forget_the_log() {
    for (const auto& [name, group] : groups_) {
      take(group->when().applied(groups_.at("a")->committed(), use_future));
      take(group->admin().snapshot(use_future));
      take(group->admin().prune(use_future));
    }
  }
  Bytes all(const std::string& name) {
    return take(groups_.at(name)->query(Shop::Look{}, Consistency::weak, use_future)).result;
  }
  void expect_caught_up_to(const Cursor& position) {
    ASSERT_FALSE(error_of(groups_.at("c")->when().applied(position, use_future))) << world_.log();
    EXPECT_EQ(all("c"), all("a"));
  }

  World world_;
  std::map<std::string, std::optional<Group<Shop>>> groups_;
};

TEST_F(DiffSyncMembers, WhoComesBackFetchesWhatHasChanged) {
  write({0, row_count, 1});
  forget_the_log();
  leave_for_now("c");
  write({0, 100, 2});
  const Cursor last = write({3'990, 10, 0});
  forget_the_log();
  join("c");
  expect_caught_up_to(last);
  // It has applied everything a moment before its session is over.
  const auto done = [&] { return groups_.at("c")->status().sync_totals.sessions_done == 1; };
  EXPECT_TRUE(comes_true(done)) << world_.log();
  const SyncTotals totals = groups_.at("c")->status().sync_totals;
  EXPECT_GT(totals.bytes_received, 100U * 256U);
  EXPECT_LT(totals.bytes_received, state_bytes / 10);
  // What it begins with the next time, after all others have gone on again.
  leave_for_now("c");
  const Cursor later = write({200, 50, 3});
  forget_the_log();
  join("c");
  expect_caught_up_to(later);
  EXPECT_LT(groups_.at("c")->status().sync_totals.bytes_received, 60U * 300U);
}

TEST_F(DiffSyncMembers, ARestartForgetsNothingOfTheHistory) {
  write({0, row_count, 1});
  forget_the_log();
  leave_for_now("c");
  const Cursor last = write({0, 100, 2});
  forget_the_log();
  // Those that served it from their logs until now have only their snapshots.
  for (const char* name : {"b", "a"}) leave_for_now(name);
  for (const char* name : {"a", "b", "c"}) join(name);
  expect_caught_up_to(last);
  const SyncTotals totals = groups_.at("c")->status().sync_totals;
  EXPECT_GT(totals.bytes_received, 100U * 256U);
  EXPECT_LT(totals.bytes_received, state_bytes / 10);
}

}  // namespace
}  // namespace tessera::tests
