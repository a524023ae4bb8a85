#include "../runtime/three_members.h"

/// Elections: one leader, adopted by those who join, replaced when it is gone.
namespace tessera::tests {
namespace {

class Election : public ThreeMembers {
 protected:
  /// The leader that all agree on, in their common term; not the one that is `gone`.
  struct Led {
    PeerId leader;
    Term term;
  };
  [[nodiscard]] Led agreed(const PeerId& gone = {}) {
    Led led;
    EXPECT_TRUE(comes_true([&] {
      const GroupStatus first = groups_.begin()->second.status();
      if (!first.leader || *first.leader == gone) return false;
      led = {*first.leader, first.term};
      return std::all_of(groups_.begin(), groups_.end(), [&](const auto& each) {
        const GroupStatus status = each.second.status();
        return status.online && status.leader == led.leader && status.term == led.term;
      });
    }));
    return led;
  }
  [[nodiscard]] std::string name_of(const PeerId& peer) {
    for (const auto& [name, group] : groups_) {
      if (group.status().self == peer) return name;
    }
    return {};
  }
};

TEST_F(Election, M04_FoundersElectOneAndJoinersAdoptIt) {
  const Led before = agreed();
  world_.start("d", world_.at("a"));
  groups_.emplace("d", world_.join("d", "the group", Genesis::join()));
  const Led after = agreed();
  EXPECT_EQ(after.leader, before.leader);
  EXPECT_EQ(after.term, before.term) << "a joiner makes no election";
  expect_unharmed();
}

TEST_F(Election, M04_ALostLeaderIsReplacedAndItsReturnDisturbsNobody) {
  const Led before = agreed();
  const std::string lost = name_of(before.leader);
  groups_.erase(lost);
  world_.stop(lost);
  const Led between = agreed(before.leader);
  EXPECT_NE(between.leader, before.leader);
  EXPECT_GT(between.term, before.term);
  world_.start(lost, world_.at(lost == "a" ? "b" : "a"));
  groups_.emplace(lost, world_.join(lost));
  const Led after = agreed();
  EXPECT_EQ(after.leader, between.leader);
  EXPECT_EQ(after.term, between.term);
  expect_unharmed();
}

}  // namespace
}  // namespace tessera::tests
