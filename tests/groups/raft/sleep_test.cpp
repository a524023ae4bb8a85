#include "raft_fixture.h"

namespace tessera::core {
namespace {

/// A leader of three that has nothing to do, and the answers of the others.
class Sleep : public RaftTest {
 protected:
  void lead_quietly() {
    start({});
    lead();
    accept(2, 2);
    accept(3, 2);
    sync();
    wait(std::chrono::seconds{1});  // the commit index is written by and by
    sync();
    raft_->lull(true);
  }
  void answer(int from, std::optional<Cursor> rests) {
    HeartbeatResponse response;
    response.term = raft_->term();
    response.rests = rests;
    receive(from, response);
  }
  /// Heartbeats go on, and are answered, until an election timeout has passed.
  void stay_quiet() {
    for (int beat = 0; beat < 30; ++beat) {
      wait(settings_.heartbeat);
      answer(2, std::nullopt);
      answer(3, std::nullopt);
    }
    effects();
  }
  std::optional<Cursor> offered() {
    wait(settings_.heartbeat);
    const auto beats = sent_to<HeartbeatRequest>(2);
    return beats.empty() ? std::nullopt : beats.back().rest;
  }
  void follow_and_sleep() {
    options_may_sleep_ = true;
    start({.commit = 1});
    raft_->lull(true);
    receive(2, append(1, at(1, 1), {}, 1));
    HeartbeatRequest beat;
    beat.term = Term{1};
    beat.commit = Index{1};
    beat.rest = at(1, 1);
    receive(2, beat);
  }

  void SetUp() override { options_may_sleep_ = true; }
};

TEST_F(Sleep, IsOfferedWhenAllHoldTheSameAndItHasBeenQuiet) {
  lead_quietly();
  raft_->wake(now_);  // somebody calls
  EXPECT_EQ(offered(), std::nullopt) << "not so soon";
  stay_quiet();
  EXPECT_EQ(offered(), at(2, 2));
  raft_->lull(false);
  EXPECT_EQ(offered(), std::nullopt);
}

TEST_F(Sleep, IsNotOfferedWhileOneMemberLags) {
  lead_quietly();
  raft_->propose(now_, EntryKind::command, Bytes::copy("one more"));
  raft_->flush(now_);
  accept(2, 3);
  sync();
  wait(std::chrono::seconds{1});
  sync();
  EXPECT_EQ(raft_->committed(), at(2, 3));
  stay_quiet();
  EXPECT_EQ(offered(), std::nullopt) << "3 answers, and has not acknowledged the last entry";
  accept(3, 3);
  stay_quiet();
  EXPECT_EQ(offered(), at(2, 3));
}

TEST_F(Sleep, IsRefusedByAFollowerThatHoldsAnotherEntry) {
  start({.commit = 1});
  raft_->lull(true);
  receive(2, append(1, at(1, 1), {}, 1));
  HeartbeatRequest beat;
  beat.term = Term{1};
  beat.commit = Index{1};
  beat.rest = at(1, 2);
  receive(2, beat);
  EXPECT_FALSE(raft_->asleep());
  const auto said = sent_to<HeartbeatResponse>(2);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].rests, std::nullopt);
}

TEST_F(Sleep, BeginsWhenEverybodyHasSaidSo) {
  lead_quietly();
  stay_quiet();
  ASSERT_TRUE(offered());
  answer(2, at(2, 2));
  EXPECT_FALSE(raft_->asleep());
  answer(3, at(2, 2));
  EXPECT_TRUE(raft_->asleep());
  EXPECT_EQ(raft_->next_deadline(), std::nullopt);
  wait(std::chrono::hours{1});
  EXPECT_TRUE(effects().sends.empty());
  EXPECT_TRUE(raft_->leads());
}

TEST_F(Sleep, OfALeaderEndsWithWhoeverWakes) {
  lead_quietly();
  stay_quiet();
  ASSERT_TRUE(offered());
  answer(2, at(2, 2));
  answer(3, at(2, 2));
  ASSERT_TRUE(raft_->asleep());
  wait(std::chrono::hours{1});
  answer(2, std::nullopt);
  EXPECT_FALSE(raft_->asleep());
  const auto beats = sent_to<HeartbeatRequest>(3);
  ASSERT_EQ(beats.size(), 1U);
  EXPECT_EQ(beats[0].rest, std::nullopt);
}

TEST_F(Sleep, OfAFollowerKnowsNoElectionTimeout) {
  follow_and_sleep();
  EXPECT_TRUE(raft_->asleep());
  const auto said = sent_to<HeartbeatResponse>(2);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].rests, at(1, 1));
  wait(std::chrono::hours{1});
  EXPECT_EQ(raft_->role(), Raft::Role::follower);
}

TEST_F(Sleep, OfAFollowerEndsInAnOrdinaryElectionTimeout) {
  follow_and_sleep();
  wait(std::chrono::hours{1});
  effects();
  raft_->wake(now_);
  EXPECT_FALSE(raft_->asleep());
  const auto said = sent_to<HeartbeatResponse>(2);
  ASSERT_EQ(said.size(), 1U) << "the leader is told";
  EXPECT_EQ(said[0].rests, std::nullopt);
  VoteRequest asks;
  asks.term = Term{9};
  asks.last = at(1, 1);
  receive(3, asks);
  EXPECT_EQ(raft_->term(), Term{1}) << "the leader has a chance to answer";
  wait(settings_.election_timeout - std::chrono::milliseconds{1});
  EXPECT_EQ(raft_->role(), Raft::Role::follower) << "and an election timeout for it";
  wait_for_election();
  EXPECT_EQ(raft_->role(), Raft::Role::pre_candidate);
}

}  // namespace
}  // namespace tessera::core
