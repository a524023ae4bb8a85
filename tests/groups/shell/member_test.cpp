#include "cluster.h"

#include <boost/asio/error.hpp>

/// What a member promises to whoever holds it, whatever becomes of its group.
namespace tessera::shell::testing {
namespace {

class MemberTest : public ::testing::Test {
 protected:
  /// A member that waits for two more founders, who never come.
  [[nodiscard]] LedgerMember lonely(std::chrono::milliseconds timeout) {
    cluster.start("a", [&](NodeOptions& options) { options.operation_timeout = timeout; });
    return cluster.join("a");
  }
  [[nodiscard]] LedgerMember alone() {
    cluster.start("a");
    JoinChoices choices;
    choices.genesis = Genesis::expect(1);
    return cluster.join("a", choices);
  }
  Cluster cluster;
};

TEST_F(MemberTest, ACancelledCommandThatNeverLeftIsAborted) {
  const LedgerMember member = lonely(std::chrono::minutes(5));
  Awaited<core::Reply> answer;
  const auto name =
      member->execute(encode(Ledger::Line{"never"}), OnFull::wait,
                      [answer](core::Reply reply) mutable { answer.put(std::move(reply)); });
  ASSERT_TRUE(member.reaches([](const MemberStatus& status) { return status.started; }));
  member->cancel(name);
  const auto reply = answer.get();
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->request, name);
  ASSERT_TRUE(reply->error.has_value());
  EXPECT_EQ(reply->error->code(), boost::asio::error::operation_aborted);
}

TEST_F(MemberTest, WithoutALeaderACommandEndsAfterTheTimeout) {
  const LedgerMember member = lonely(std::chrono::milliseconds(200));
  const core::Reply reply = member.execute("never");
  ASSERT_TRUE(reply.error.has_value());
  EXPECT_TRUE(reply.error->is(Errc::offline)) << reply.error->message();
}

TEST_F(MemberTest, OperationsBegunBeforeTheStoreIsReadAreCarriedOut) {
  const LedgerMember member = alone();
  const auto answer = member.begin("early").get();
  ASSERT_TRUE(answer.has_value());
  EXPECT_FALSE(answer->error.has_value());
  EXPECT_GT(answer->position.index, Index(1));
}

TEST_F(MemberTest, ACommandAboveTheLimitIsRefused) {
  const LedgerMember member = alone();
  const core::Reply reply = member.execute(std::string((8U << 20U) + 1, 'x'));
  ASSERT_TRUE(reply.error.has_value());
  EXPECT_TRUE(reply.error->is(Errc::too_large)) << reply.error->message();
}

TEST_F(MemberTest, WhoeverWaitsForRoomGetsItInOrder) {
  const LedgerMember member = alone();
  constexpr std::size_t count = 40;
  std::vector<Awaited<core::Reply>> answers;
  for (std::size_t number = 0; number < count; ++number) {
    // Together more than the core takes at a time.
    answers.push_back(member.begin(std::to_string(number) + std::string(4U << 20U, ' ')));
  }
  for (const auto& answer : answers) {
    const auto reply = answer.get();
    ASSERT_TRUE(reply.has_value());
    ASSERT_FALSE(reply->error.has_value()) << reply->error->message();
  }
  const auto lines = member.lines(Consistency::strong);
  ASSERT_TRUE(lines.has_value());
  ASSERT_EQ(lines->size(), count);
  for (std::size_t number = 0; number < count; ++number) {
    EXPECT_EQ(std::stoul((*lines)[number]), number);
  }
}

TEST_F(MemberTest, AWatcherHearsNothingAfterItIsRemoved) {
  const LedgerMember member = alone();
  ASSERT_TRUE(member.is_online());
  Awaited<bool> heard;
  const auto heard_count = std::make_shared<std::atomic<int>>(0);
  const auto watch = member->watch([heard, heard_count](const MemberStatus&) mutable {
    ++*heard_count;
    heard.put(true);
  });
  ASSERT_TRUE(heard.get().has_value()) << "the present status comes at once";
  member->unwatch(watch);
  ASSERT_TRUE(member.lines(Consistency::weak).has_value());  // Behind the removal on the strand.
  const int before = *heard_count;
  ASSERT_FALSE(member.execute("changes the status").error.has_value());
  EXPECT_EQ(*heard_count, before);
}

TEST_F(MemberTest, ANodeOpensWithoutBlocking) {
  Awaited<std::shared_ptr<Node>> opened;
  Node::open(cluster.options_of("a"), [opened](Result<std::shared_ptr<Node>> node) mutable {
    opened.put(node ? *std::move(node) : nullptr);
  });
  const auto node = opened.get();
  ASSERT_TRUE(node.has_value());
  ASSERT_NE(*node, nullptr);
  EXPECT_FALSE((*node)->listen_addresses().empty());
  (*node)->stop();
}

}  // namespace
}  // namespace tessera::shell::testing
