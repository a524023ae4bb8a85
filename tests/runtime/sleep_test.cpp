#include "three_members.h"

#include <algorithm>

/// A service's view of a group that sleeps: it shows in the status, and in nothing else.
namespace tessera::tests {
namespace {

class SleepingService : public ThreeMembers {
 protected:
  [[nodiscard]] bool all_sleep() const {
    return comes_true([&] {
      return std::all_of(groups_.begin(), groups_.end(),
                         [](const auto& each) { return each.second.status().asleep; });
    });
  }
  [[nodiscard]] std::string leader() const {
    for (const auto& [name, group] : groups_) {
      if (group.status().role == Role::leader) return name;
    }
    return {};
  }
  void stop(const std::string& name) {
    groups_.erase(name);
    world_.stop(name);
  }
};

TEST_F(SleepingService, ServesEveryCallerWhereverItCalls) {
  ASSERT_TRUE(all_sleep());
  for (const auto& [name, group] : groups_) {
    EXPECT_TRUE(group.status().online) << name;
    EXPECT_EQ(summary(group, Consistency::weak).sum, written_) << name;
  }
  expect_unharmed();
  ASSERT_TRUE(all_sleep());
  for (const auto& [name, group] : groups_) {
    EXPECT_EQ(summary(group, Consistency::strong).sum, written_) << name;
  }
}

TEST_F(SleepingService, GetsAnotherLeaderWhenItsOwnIsGone) {
  ASSERT_TRUE(all_sleep());
  const std::string lost = leader();
  ASSERT_FALSE(lost.empty());
  stop(lost);
  expect_unharmed();
  // What was away is taken back, and lets the group sleep again.
  world_.start(lost, world_.at(groups_.begin()->first));
  groups_.insert_or_assign(lost, world_.join(lost));
  ASSERT_TRUE(all_sleep());
  expect_unharmed();
}

}  // namespace
}  // namespace tessera::tests
