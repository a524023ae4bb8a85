#include "../runtime/world.h"

#include <algorithm>
#include <array>

/// Restart of everything.
namespace tessera::tests {
namespace {

constexpr std::array names{"a", "b", "c"};

class Restart : public testing::Test {
 protected:
  Restart() {
    world_.start("a");
    for (const char* name : {"b", "c"}) world_.start(name, world_.at("a"));
    join(Genesis::expect(3));
    last_ = write_lines(groups_.at("b"), 0, 100);
    for (const auto& [name, group] : groups_) take(group.when().applied(last_, use_future));
    before_ = groups_.at("a").status();
    for (const char* name : names) ids_[name] = world_[name].local_id();
    held_ = summary(groups_.at("a"), Consistency::strong);
  }
  void join(const Genesis& genesis) {
    for (const char* name : names) groups_.emplace(name, world_.join(name, "k", genesis));
    for (const auto& [name, group] : groups_) wait_online(group);
  }
  static std::vector<MemberId> members(const GroupStatus& status) {
    std::vector<MemberId> ids;
    for (const MemberInfo& member : status.members) ids.push_back(member.id);
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  void expect_the_same() {
    for (const auto& [name, group] : groups_) {
      const GroupStatus after = group.status();
      EXPECT_EQ(world_[name].local_id(), ids_.at(name));
      EXPECT_EQ(after.group, before_.group);
      EXPECT_EQ(after.genesis, before_.genesis);
      EXPECT_EQ(members(after), members(before_));
      EXPECT_EQ(summary(group, Consistency::strong), held_);
    }
    EXPECT_EQ(take(groups_.at("c").execute(Journal::Line{"more", 1}, use_future)).result, 101);
  }

  World world_;
  std::map<std::string, JournalGroup> groups_;
  Cursor last_;
  GroupStatus before_;
  std::map<std::string, PeerId> ids_;
  Journal::Summary held_;
};

TEST_F(Restart, M33_AllStopPolitelyAndAreTheSameGroupWithoutBeingTold) {
  for (const char* name : names) {
    take(groups_.at(name).close(use_future));
    world_.stop(name);
  }
  groups_.clear();
  for (const char* name : names) world_.start(name);  // without peers
  join(Genesis::join());
  expect_the_same();
}

TEST_F(Restart, M33_AllStopAtOnceAndAreTheSameGroupWithTheirOldSettings) {
  groups_.clear();
  for (const char* name : names) world_.stop(name);
  for (const char* name : names) world_.start(name, world_.at("a"));
  join(Genesis::expect(3));
  expect_the_same();
}

}  // namespace
}  // namespace tessera::tests
