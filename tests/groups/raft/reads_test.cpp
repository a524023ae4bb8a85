#include "raft_fixture.h"

namespace tessera::core {
namespace {

class ReadIndex : public RaftTest {
 protected:
  void settle_as_leader() {
    start({});
    lead();
    accept(2, 2);
    ASSERT_TRUE(raft_->settled());
    effects();
  }
  HeartbeatResponse confirms(const ReadRound& round) {
    HeartbeatResponse response;
    response.term = raft_->term();
    response.round = round;
    return response;
  }
  std::vector<RaftEvents::ReadAnswer> answers() { return raft_->take_events().reads; }
  ReadRound round_sent() {
    const auto heartbeats = sent_to<HeartbeatRequest>(2);
    return heartbeats.empty() ? ReadRound{} : heartbeats.back().round;
  }
};

TEST_F(ReadIndex, NoneBeforeTheLeadersOwnEntryIsCommitted) {
  start({.commit = 1});
  lead();
  raft_->read(now_, 1);
  EXPECT_EQ(round_sent(), ReadRound{});
  accept(2, 2);
  const ReadRound round = round_sent();
  EXPECT_NE(round, ReadRound{});
  receive(2, confirms(round));
  const auto answered = answers();
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].index, Index{2});
}

TEST_F(ReadIndex, IsConfirmedByAMajorityThatAnsweredThatRound) {
  settle_as_leader();
  raft_->read(now_, 1);
  const ReadRound round = round_sent();
  EXPECT_TRUE(answers().empty());
  receive(2, confirms({round.term, round.counter + 1}));
  receive(3, confirms({Term{1}, round.counter}));
  receive(7, confirms(round));  // not a voter
  EXPECT_TRUE(answers().empty());
  receive(3, confirms(round));
  EXPECT_EQ(answers().size(), 1U);
}

TEST_F(ReadIndex, ReadThatCameLaterIsNotConfirmedByTheRoundBefore) {
  settle_as_leader();
  raft_->read(now_, 1);
  const ReadRound first = round_sent();
  raft_->read(now_, 2);
  EXPECT_EQ(round_sent(), ReadRound{});  // one round is in flight
  receive(2, confirms(first));
  auto answered = answers();
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].counter, 1U);
  const ReadRound second = round_sent();
  EXPECT_NE(second, first);
  receive(3, confirms(first));  // a late or repeated answer to the first
  EXPECT_TRUE(answers().empty());
  receive(2, confirms(second));
  answered = answers();
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].counter, 2U);
}

TEST_F(ReadIndex, ReadsThatWaitShareARound) {
  settle_as_leader();
  raft_->read(now_, 1);
  const ReadRound first = round_sent();
  for (std::uint64_t counter = 2; counter <= 50; ++counter) raft_->read(now_, counter);
  receive(2, confirms(first));
  const ReadRound second = round_sent();
  answers();
  receive(2, confirms(second));
  EXPECT_EQ(answers().size(), 49U);
}

TEST_F(ReadIndex, DeposedLeaderRefuses) {
  settle_as_leader();
  raft_->read(now_, 1);
  ReadRequest request;
  request.term = raft_->term();
  request.run = 5;
  request.counter = 6;
  receive(3, request);
  effects();
  receive(2, append(9, at(1, 1), {}));
  const auto answered = answers();
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_FALSE(answered[0].index);
  const auto responses = sent_to<ReadResponse>(3);
  ASSERT_EQ(responses.size(), 1U);
  EXPECT_TRUE(responses[0].refused);
  EXPECT_EQ(responses[0].run, 5U);
  EXPECT_EQ(responses[0].counter, 6U);
}

TEST_F(ReadIndex, RequestForAnotherTermIsRefused) {
  settle_as_leader();
  ReadRequest request;
  request.term = Term{1};
  receive(3, request);
  EXPECT_TRUE(sent_to<ReadResponse>(3).at(0).refused);
}

TEST_F(ReadIndex, RoundsAreNeverReused) {
  settle_as_leader();
  std::set<ReadRound> rounds;
  for (std::uint64_t counter = 1; counter <= 20; ++counter) {
    raft_->read(now_, counter);
    const ReadRound round = round_sent();
    EXPECT_TRUE(rounds.insert(round).second);
    receive(2, confirms(round));
  }
}

}  // namespace
}  // namespace tessera::core
