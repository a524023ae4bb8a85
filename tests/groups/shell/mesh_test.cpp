#include "cluster.h"

/// Bonded peers tell each other where they listen, and keep it.
namespace tessera::shell::testing {
namespace {

using Names = std::vector<std::string>;

class Mesh : public ::testing::Test {
 protected:
  [[nodiscard]] bool is_linked(const std::string& name, std::size_t count) {
    return comes_true([&] { return cluster.node(name).status().links.size() == count; });
  }
  Cluster cluster;
};

TEST_F(Mesh, FormsFromOneSeedAndIsKept) {
  const Names names{"a", "b", "c"};
  cluster.start("a");
  cluster.start("b", Names{cluster.address("a")});
  cluster.start("c", Names{cluster.address("a")});
  std::vector<LedgerMember> members;
  for (const std::string& name : names) {
    members.push_back(cluster.join(name));
  }
  for (const std::string& name : names) {
    EXPECT_TRUE(is_linked(name, 2)) << name;
  }
  for (const std::string& name : names) {
    EXPECT_TRUE(comes_true([&] { return cluster.node(name).status().known.size() == 2; })) << name;
  }
  for (LedgerMember& member : members) {
    ASSERT_TRUE(member.is_online());
    ASSERT_FALSE(member.execute("so that the address book is on the disk").error.has_value());
  }
  members.clear();
  // Without the seed, and without naming it: what was learned is enough.
  for (const std::string& name : names) {
    cluster.stop(name);
  }
  cluster.start("b");
  cluster.start("c");
  EXPECT_TRUE(is_linked("b", 1));
  const LedgerMember b = cluster.join("b");
  const LedgerMember c = cluster.join("c");
  EXPECT_FALSE(b.execute("two of three are enough").error.has_value());
}

TEST_F(Mesh, StrangersLearnNothing) {
  cluster.start("a");
  cluster.start("b", Names{cluster.address("a")});
  JoinChoices other;
  other.key = "another key";
  const LedgerMember a = cluster.join("a");
  const LedgerMember b = cluster.join("b", other);
  ASSERT_TRUE(a.has_problem("no peer proves this key"));
  EXPECT_TRUE(cluster.node("a").status().known.empty());
  EXPECT_TRUE(cluster.node("b").status().known.empty());
}

TEST_F(Mesh, AFailedDialIsShown) {
  cluster.start("a", Names{"127.0.0.1:1"});
  EXPECT_TRUE(comes_true([&] { return cluster.node("a").status().dial_failures.size() == 1; }));
  EXPECT_EQ(cluster.node("a").status().dial_failures.front().address, "127.0.0.1:1");
}

}  // namespace
}  // namespace tessera::shell::testing
