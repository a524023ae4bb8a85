#include "raft_fixture.h"

/// Rule 8: leadership moves by request, and nobody protects the leader that asked for it.
namespace tessera::core {
namespace {

class LeadershipTransfer : public RaftTest {
 protected:
  void lead_three() {
    start({});
    lead();
    accept(2, 2);
    effects();
  }
  std::size_t timeouts_sent_to(int to) { return sent_to<TimeoutNow>(to).size(); }
};

TEST_F(LeadershipTransfer, AMatchedTargetIsToldAtOnce) {
  lead_three();
  ASSERT_TRUE(raft_->transfer(now_, member(2)));
  EXPECT_EQ(timeouts_sent_to(2), 1U);
}

TEST_F(LeadershipTransfer, ATargetThatLagsIsFedFirst) {
  lead_three();
  ASSERT_TRUE(raft_->transfer(now_, member(3)));
  EXPECT_EQ(timeouts_sent_to(3), 0U);
  accept(3, 2);
  EXPECT_EQ(timeouts_sent_to(3), 1U);
}

TEST_F(LeadershipTransfer, NothingIsAppendedMeanwhile) {
  lead_three();
  ASSERT_TRUE(raft_->transfer(now_, member(3)));
  EXPECT_FALSE(raft_->propose(now_, EntryKind::command, Bytes::copy("late")));
  EXPECT_TRUE(raft_->is_full());
}

TEST_F(LeadershipTransfer, AfterAnElectionTimeoutTheLeaderGoesOn) {
  lead_three();
  ASSERT_TRUE(raft_->transfer(now_, member(3)));
  for (int beat = 0; beat < 11; ++beat) {
    accept(2, 2);
    wait(settings_.heartbeat);
  }
  EXPECT_TRUE(raft_->leads());
  EXPECT_FALSE(raft_->transfers());
  EXPECT_TRUE(raft_->propose(now_, EntryKind::command, Bytes::copy("again")));
}

TEST_F(LeadershipTransfer, OnlyVotersAreTargets) {
  Configuration members = voters(3);
  members.learners = {member(4)};
  start({.configuration = members});
  lead();
  EXPECT_FALSE(raft_->transfer(now_, member(4)));
  EXPECT_FALSE(raft_->transfer(now_, member(1)));
}

TEST_F(LeadershipTransfer, TheTargetCampaignsWithoutAPreVote) {
  start({.term = 1});
  receive(2, append(1, at(1, 1), {}));
  receive(2, TimeoutNow{Term{1}});
  EXPECT_EQ(raft_->role(), Raft::Role::candidate);
  const auto asked = sent_to<VoteRequest>(3);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_TRUE(asked[0].transfer);
  EXPECT_FALSE(asked[0].pre);
}

TEST_F(LeadershipTransfer, OnlyThePresentLeaderMayAskForIt) {
  start({.term = 1});
  receive(2, append(1, at(1, 1), {}));
  receive(3, TimeoutNow{Term{1}});
  receive(2, TimeoutNow{Term{0}});
  EXPECT_EQ(raft_->role(), Raft::Role::follower);
}

TEST_F(LeadershipTransfer, AMarkedCampaignIsHeardDespiteALiveLeader) {
  start({.term = 1});
  receive(2, append(1, at(1, 1), {}));
  effects();
  VoteRequest request;
  request.term = Term{2};
  request.last = at(1, 1);
  receive(3, request);
  EXPECT_TRUE(sent_to<VoteResponse>(3).empty());
  request.transfer = true;
  receive(3, request);
  const auto answered = sent_to<VoteResponse>(3);
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_TRUE(answered[0].granted);
}

TEST_F(LeadershipTransfer, ALeaderTellsWhoIsSilentAndTheNextOneKnows) {
  lead_three();
  for (int beat = 0; beat < 30; ++beat) {
    accept(2, 2);
    wait(settings_.heartbeat);
  }
  const auto beats = sent_to<HeartbeatRequest>(2);
  ASSERT_FALSE(beats.empty());
  ASSERT_EQ(beats.back().silent.size(), 1U);
  EXPECT_EQ(beats.back().silent[0].member, member(3));
  EXPECT_GE(beats.back().silent[0].length, settings_.election_timeout);

  start({});
  HeartbeatRequest beat;
  beat.term = Term{1};
  beat.silent = {{member(3), std::chrono::seconds{40}}};
  receive(2, beat);
  const TimePoint heard = now_;
  lead();
  EXPECT_EQ(raft_->progress().at(member(3)).last_answer, heard - std::chrono::seconds{40});
}

}  // namespace
}  // namespace tessera::core
