#include "../runtime/world.h"
#include "slips.h"

/// Members that come to hold other states than the rest are found when the group compares, and
/// mended if it can tell who is right.
namespace tessera::tests {
namespace {

using std::chrono::milliseconds;
using SlipsGroup = Group<Slips>;

constexpr milliseconds scrub_interval{300};
const std::string majority_differs = "differs from that of a majority of the voters";

class Scrubbing : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const std::string name : {"a", "b", "c"}) {
      world_.start(name, name == "a" ? std::vector<std::string>{} : world_.at("a"));
      slips_[name] = std::make_shared<std::atomic<std::uint64_t>>(0);
      GroupSettings settings = quick_settings();
      settings.scrub_interval = scrub_interval;
      groups_.emplace(name, world_[name]
                                .group(key_of("scrubbed"))
                                .settings(settings)
                                .state_machine([slip = slips_[name]] { return Slips(slip); })
                                .join());
    }
    for (const auto& [name, group] : groups_) take(group.when().online(use_future));
    add();
  }
  void add() {
    const Cursor position =
        take(groups_.at("a").execute(Slips::Add{++row_ % 10, row_}, use_future)).position;
    for (const auto& [name, group] : groups_) take(group.when().applied(position, use_future));
  }
  [[nodiscard]] UniqueId digest(const std::string& name) const {
    return take(groups_.at(name).query(Slips::Digest{}, Consistency::weak, use_future)).result;
  }
  /// How often members had this to say.
  [[nodiscard]] std::size_t logged(const std::string& words) const {
    const std::string log = world_.log();
    std::size_t times = 0;
    for (auto at = log.find(words); at != std::string::npos; at = log.find(words, at + 1)) ++times;
    return times;
  }

  World world_;
  std::map<std::string, Slips::Slip> slips_;
  std::map<std::string, SlipsGroup> groups_;
  std::uint64_t row_ = 0;
};

TEST_F(Scrubbing, X09_AReplicaMadeToDifferIsNamedAndRepaired) {
  std::size_t differed = 0;
  for (const std::string name : {"b", "a"}) {  // whoever leads is one of them, or neither
    slips_[name]->store(1000);
    ++differed;
    add();
    ASSERT_NE(digest(name), digest("c"));
    EXPECT_TRUE(comes_true([&] { return logged(majority_differs) == differed; })) << world_.log();
    EXPECT_TRUE(comes_true([&] {
      return !groups_.at(name).status().problem && digest(name) == digest("c");
    })) << world_.log();
    add();
    EXPECT_EQ(digest(name), digest("c"));
  }
}

TEST_F(Scrubbing, X09_WhereNoMajorityAgreesNothingIsRepairedAndTheAlarmSaysWhy) {
  slips_["a"]->store(1000);
  slips_["b"]->store(2000);
  add();
  const std::map<std::string, UniqueId> before{
      {"a", digest("a")}, {"b", digest("b")}, {"c", digest("c")}};
  EXPECT_TRUE(comes_true([&] {
    return logged("and no majority of the voters one of them: nothing is repaired") > 0;
  })) << world_.log();
  for (const auto& [name, held] : before) EXPECT_EQ(digest(name), held) << name;
  EXPECT_EQ(logged(majority_differs), 0U);
}

}  // namespace
}  // namespace tessera::tests
