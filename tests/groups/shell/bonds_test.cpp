#include "cluster.h"

/// What is said when nodes are linked and their groups do not, or do, come together.
namespace tessera::shell::testing {
namespace {

using Names = std::vector<std::string>;

class Bonds : public ::testing::Test {
 protected:
  void start_pair() {
    cluster.start("a");
    cluster.start("b", Names{cluster.address("a")});
  }
  [[nodiscard]] static JoinChoices pair_with_key(const std::string& key) {
    JoinChoices choices;
    choices.key = key;
    choices.genesis = Genesis::expect(2);
    return choices;
  }
  Cluster cluster;
};

TEST_F(Bonds, AWrongKeyIsSaidOnBothSides) {
  start_pair();
  const LedgerMember a = cluster.join("a", pair_with_key("the right one"));
  const LedgerMember b = cluster.join("b", pair_with_key("the wrong one"));
  EXPECT_TRUE(a.has_problem("no peer proves this key"));
  EXPECT_TRUE(b.has_problem("no peer proves this key"));
}

TEST_F(Bonds, DifferingMachineSettingsAreNamedOnBothSides) {
  start_pair();
  JoinChoices one = pair_with_key("one key");
  JoinChoices other = one;
  other.machine = "2";
  const LedgerMember a = cluster.join("a", one);
  const LedgerMember b = cluster.join("b", other);
  EXPECT_TRUE(a.has_problem("machine"));
  EXPECT_TRUE(b.has_problem("machine"));
  ASSERT_EQ(a->status().bond_problems.size(), 1U);
  EXPECT_EQ(a->status().bond_problems.front().peer, cluster.node("b").self());
}

TEST_F(Bonds, TheProblemGoesWhenTheRightPeerComes) {
  start_pair();
  const LedgerMember a = cluster.join("a", pair_with_key("the right one"));
  EXPECT_TRUE(a.has_problem("no peer proves this key"));
  const LedgerMember b = cluster.join("b", pair_with_key("the right one"));
  ASSERT_TRUE(a.is_online());
  ASSERT_TRUE(b.is_online());
  EXPECT_TRUE(a.reaches([](const MemberStatus& status) { return !status.problem.has_value(); }));
}

TEST_F(Bonds, TwoGroupsShareOneLink) {
  start_pair();
  std::vector<LedgerMember> first;
  std::vector<LedgerMember> second;
  for (const std::string name : {"a", "b"}) {
    first.push_back(cluster.join(name, pair_with_key("first")));
    second.push_back(cluster.join(name, pair_with_key("second")));
  }
  ASSERT_FALSE(first[0].execute("to the first").error.has_value());
  ASSERT_FALSE(second[1].execute("to the second").error.has_value());
  EXPECT_EQ(first[1].lines(Consistency::strong), Names{"to the first"});
  EXPECT_EQ(second[0].lines(Consistency::strong), Names{"to the second"});
  EXPECT_EQ(cluster.node("a").status().links.size(), 1U);

  // One of them ends; the other does not notice.
  first[0].close();
  ASSERT_FALSE(second[0].execute("goes on").error.has_value());
}

TEST_F(Bonds, TwoFoundingsOfOneGroupRefuseEachOther) {
  cluster.start("a");
  cluster.start("b");
  JoinChoices alone;
  alone.genesis = Genesis::expect(1);
  const LedgerMember a = cluster.join("a", alone);
  const LedgerMember b = cluster.join("b", alone);
  ASSERT_FALSE(a.execute("one").error.has_value());
  ASSERT_FALSE(b.execute("two").error.has_value());
  ASSERT_TRUE(cluster.node("b").dial(cluster.address("a")).has_value());
  const auto names_conflict = [](const MemberStatus& status) {
    return !status.bond_problems.empty() &&
           status.bond_problems.front().reason.is(Errc::genesis_conflict);
  };
  EXPECT_TRUE(a.reaches(names_conflict));
  EXPECT_TRUE(b.reaches(names_conflict));
  ASSERT_FALSE(a.execute("still works").error.has_value());
}

}  // namespace
}  // namespace tessera::shell::testing
