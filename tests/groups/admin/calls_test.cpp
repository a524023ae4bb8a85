#include "../raft/raft_fixture.h"
#include <tessera/groups/core/admin/calls.h>

namespace tessera::core {
namespace {

/// A follower of 2 whose caller wants something that only a leader can do.
class Calls : public RaftTest {
 protected:
  void SetUp() override {
    start({});
    follow();
    calls_.add(now_, RequestId{1}, {});
    calls_.pump(now_, *raft_, desk_);
  }
  /// 2 is heard from, and leads.
  void follow() {
    HeartbeatRequest heartbeat;
    heartbeat.term = Term{2};
    receive(2, heartbeat);
    ASSERT_TRUE(raft_->leader().has_value());
  }

  static constexpr std::chrono::seconds timeout{10};
  AdminDesk desk_;
  AdminCalls calls_{{PeerId{}, 7, timeout}, outbox_};
};

TEST_F(Calls, ALeaderThatDoesNotAnswerIsAskedAgain) {
  EXPECT_EQ(sent_to<AdminRequest>(2).size(), 1U);
  now_ = *calls_.next_deadline();
  calls_.pump(now_, *raft_, desk_);
  EXPECT_EQ(sent_to<AdminRequest>(2).size(), 1U);
}

// Found by `tessera_sim --seed 1826 --nodes 5`, which never came to its end.
TEST_F(Calls, WithoutALeaderOnlyTheCallersTimeRunsOut) {
  const TimePoint over = now_ + timeout;
  wait_for_election();
  ASSERT_FALSE(raft_->leader().has_value());
  calls_.pump(now_, *raft_, desk_);
  EXPECT_EQ(calls_.next_deadline(), over);
  effects();
  follow();
  calls_.pump(now_, *raft_, desk_);
  EXPECT_EQ(sent_to<AdminRequest>(2).size(), 1U) << "who leads again is asked at once";
  calls_.tick(over);
  const auto replies = effects().replies;
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].error->code(), make_error_code(Errc::unknown_outcome));
}

}  // namespace
}  // namespace tessera::core
