#include "../runtime/world.h"

/// Why two nodes do not meet.
namespace tessera::tests {
namespace {

using namespace std::chrono_literals;

class Strangers : public testing::Test {
 protected:
  Strangers() {
    world_.start("a");
    world_.start("b", world_.at("a"));
  }
  JournalGroup join(const std::string& name, const Journal& machine) {
    return world_[name].group(key_of("k")).state_machine(machine).join();
  }
  static void expect_named(const JournalGroup& a, const JournalGroup& b, const std::string& what) {
    EXPECT_TRUE(names_problem(a, what, 5s));
    EXPECT_TRUE(names_problem(b, what, 5s));
    for (const auto* group : {&a, &b}) {
      EXPECT_TRUE(group->bonds().empty());
      EXPECT_FALSE(group->status().online);
    }
  }

  World world_;
};

TEST_F(Strangers, M02_DifferingMachinesAreNamedOnBothSides) {
  const auto a = join("a", Journal("1"));
  const auto b = join("b", Journal("2"));
  expect_named(a, b, "differs in the state machine (");
}

TEST_F(Strangers, M02_DifferingStateSyncSettingsAreNamedOnBothSides) {
  const auto a = join("a", Journal("1", LogReplay<Journal>().chunk_bytes(1U << 16U)));
  const auto b = join("b", Journal("1", LogReplay<Journal>().chunk_bytes(1U << 17U)));
  expect_named(a, b, "differs in the state-sync settings (");
}

TEST_F(Strangers, M02_AWrongKeyIsNamedOnBothSides) {
  const auto a = world_.join("a", "k");
  const auto b = world_.join("b", "another");
  expect_named(a, b, "no peer proves this key");
}

}  // namespace
}  // namespace tessera::tests
