#pragma once

#include "world.h"

#include <map>
#include <string>

/// A group of three that has taken a few commands, for tests of what must not harm it.
namespace tessera::tests {

class ThreeMembers : public testing::Test {
 protected:
  ThreeMembers() {
    world_.start("a");
    for (const char* name : {"b", "c"}) world_.start(name, world_.at("a"));
    for (const char* name : {"a", "b", "c"}) groups_.emplace(name, world_.join(name));
    for (const auto& [name, group] : groups_) wait_online(group);
    for (const auto& [name, group] : groups_) write(name, "before");
  }

  /// Executes a line on `name`, which must succeed.
  void write(const std::string& name, const std::string& text) {
    const auto applied = take(groups_.at(name).execute(Journal::Line{text, 1}, use_future));
    EXPECT_EQ(applied.result, ++written_);
  }

  /// Every member takes a command, and all agree that each command so far counted once.
  void expect_unharmed() {
    for (const auto& [name, group] : groups_) write(name, "after");
    for (const auto& [name, group] : groups_) {
      EXPECT_EQ(summary(group, Consistency::strong).sum, written_) << name;
    }
    const Journal::Summary held = summary(groups_.begin()->second, Consistency::weak);
    for (const auto& [name, group] : groups_) {
      EXPECT_EQ(summary(group, Consistency::weak), held) << name;
    }
  }

  World world_;
  std::map<std::string, JournalGroup> groups_;
  std::int64_t written_ = 0;
};

}  // namespace tessera::tests
