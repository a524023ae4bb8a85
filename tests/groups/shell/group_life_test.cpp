#include "cluster.h"

#include <algorithm>
#include <set>

/// A group's life on real nodes: founding, losing its leader, all of it stopping and starting.
namespace tessera::shell::testing {
namespace {

using Names = std::vector<std::string>;

class GroupLife : public ::testing::Test {
 protected:
  /// Starts three nodes, the others knowing the first, and joins the group on each.
  void start_all() {
    cluster.start("a");
    cluster.start("b", Names{cluster.address("a")});
    cluster.start("c", Names{cluster.address("a")});
    join_all();
  }
  void join_all() {
    for (const std::string& name : names) {
      members.insert_or_assign(name, cluster.join(name));
    }
    for (const std::string& name : names) {
      ASSERT_TRUE(members.at(name).is_online()) << name;
    }
  }
  void stop_all() {
    members.clear();
    for (const std::string& name : names) {
      cluster.stop(name);
    }
  }
  std::string leader() {
    for (const auto& [name, member] : members) {
      if (member->status().core.role == core::Role::leader) {
        return name;
      }
    }
    return {};
  }

  const Names names{"a", "b", "c"};
  Cluster cluster;
  std::map<std::string, LedgerMember> members;
};

TEST_F(GroupLife, ThreeNodesFoundAGroupAndEachExecutes) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  for (const std::string& name : names) {
    const core::Reply reply = members.at(name).execute("from " + name);
    ASSERT_FALSE(reply.error.has_value()) << reply.error->message();
  }
  for (const std::string& name : names) {
    const auto lines = members.at(name).lines(Consistency::strong);
    ASSERT_TRUE(lines.has_value()) << name;
    EXPECT_EQ(*lines, (Names{"from a", "from b", "from c"})) << name;
  }
}

TEST_F(GroupLife, AnotherLeadsWhenTheLeadersNodeStops) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  ASSERT_FALSE(members.at("a").execute("before").error.has_value());
  ASSERT_TRUE(comes_true([&] { return !leader().empty(); }));
  const std::string old = leader();
  const PeerId lost = cluster.node(old).self();
  members.erase(old);
  cluster.stop(old);
  for (const auto& [name, member] : members) {
    ASSERT_TRUE(member.is_led_by_another_than(lost));
    const core::Reply reply = member.execute("after, from " + name);
    ASSERT_FALSE(reply.error.has_value()) << reply.error->message();
  }
  for (const auto& [name, member] : members) {
    const auto lines = member.lines(Consistency::strong);
    ASSERT_TRUE(lines.has_value());
    EXPECT_EQ(lines->size(), 3U);
  }
}

TEST_F(GroupLife, EverythingAcknowledgedIsThereAfterAllWereStopped) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  const GenesisId genesis = members.at("a")->status().core.genesis;
  Names written;
  for (int number = 0; number < 50; ++number) {
    const std::string line = "line " + std::to_string(number);
    const core::Reply reply = members.at(names[static_cast<std::size_t>(number) % 3]).execute(line);
    ASSERT_FALSE(reply.error.has_value()) << reply.error->message();
    written.push_back(line);
  }
  stop_all();
  ASSERT_NO_FATAL_FAILURE(start_all());
  EXPECT_EQ(members.at("b")->status().core.genesis, genesis);
  for (const std::string& name : names) {
    const auto lines = members.at(name).lines(Consistency::strong);
    ASSERT_TRUE(lines.has_value()) << name;
    EXPECT_EQ(*lines, written) << name;
  }
}

TEST_F(GroupLife, AMemberThatClosedComesBackAndCatchesUp) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  members.at("c").close();
  EXPECT_TRUE(members.at("c")->status().closed);
  const core::Reply refused = members.at("c").execute("too late");
  ASSERT_TRUE(refused.error.has_value());
  EXPECT_TRUE(refused.error->is(Errc::group_closed));
  ASSERT_TRUE(members.at("a").is_led_by_another_than(cluster.node("c").self()));
  ASSERT_FALSE(members.at("a").execute("meanwhile").error.has_value());
  members.insert_or_assign("c", cluster.join("c"));
  ASSERT_TRUE(members.at("c").is_online());
  const auto lines = members.at("c").lines(Consistency::strong);
  ASSERT_TRUE(lines.has_value());
  EXPECT_EQ(*lines, Names{"meanwhile"});
}

TEST_F(GroupLife, AHandleThatOutlivesItsNodeAnswersGroupClosed) {
  cluster.start("alone");
  JoinChoices alone;
  alone.genesis = Genesis::expect(1);
  const LedgerMember member = cluster.join("alone", alone);
  ASSERT_FALSE(member.execute("one").error.has_value());
  cluster.stop("alone");
  const core::Reply reply = member.execute("two");
  ASSERT_TRUE(reply.error.has_value());
  EXPECT_TRUE(reply.error->is(Errc::group_closed)) << reply.error->message();
}

TEST_F(GroupLife, JoiningTwiceGivesTheSameMemberUnlessTheMachineIsAnother) {
  cluster.start("alone");
  JoinChoices alone;
  alone.genesis = Genesis::expect(1);
  const LedgerMember first = cluster.join("alone", alone);
  const LedgerMember second = cluster.join("alone", alone);
  EXPECT_EQ(first.handle(), second.handle());

  const auto adapter = std::make_shared<LedgerAdapter>(Ledger(alone.machine));
  JoinOptions other(GroupKey::from(alone.key), {adapter, adapter});
  other.machine_signature = adapter->signature();
  other.state_sync_signature = adapter->strategy_signature();
  other.machine_type = typeid(int);
  const LedgerMember refused(cluster.node("alone").join(std::move(other)), adapter);
  const core::Reply reply = refused.execute("never");
  ASSERT_TRUE(reply.error.has_value());
  EXPECT_TRUE(reply.error->is(Errc::machine_mismatch)) << reply.error->message();
}

TEST_F(GroupLife, ThousandsOfCommandsAtOnceAreAppliedInOrder) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  constexpr int count = 3000;
  std::vector<Awaited<core::Reply>> answers;
  for (int number = 0; number < count; ++number) {
    answers.push_back(members.at("b").begin(std::to_string(number)));
  }
  for (const auto& answer : answers) {
    const auto reply = answer.get();
    ASSERT_TRUE(reply.has_value());
    ASSERT_FALSE(reply->error.has_value()) << reply->error->message();
  }
  const auto lines = members.at("c").lines(Consistency::strong);
  ASSERT_TRUE(lines.has_value());
  ASSERT_EQ(lines->size(), static_cast<std::size_t>(count));
  for (int number = 0; number < count; ++number) {
    ASSERT_EQ((*lines)[static_cast<std::size_t>(number)], std::to_string(number));
  }
}

}  // namespace
}  // namespace tessera::shell::testing
