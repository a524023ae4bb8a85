#include "raft_fixture.h"

#include <set>

namespace tessera::core {
namespace {

using Election = RaftTest;

VoteRequest asks(std::uint64_t term, Cursor last, bool pre = false) {
  VoteRequest request;
  request.term = Term{term};
  request.last = last;
  request.pre = pre;
  return request;
}

TEST_F(Election, CandidateWithStaleLogIsRefused) {
  start({.terms = {1, 2, 2}, .term = 2});
  receive(2, asks(3, at(1, 9)));  // longer, but its last term is older
  const auto by_term = sent_to<VoteResponse>(2);
  ASSERT_EQ(by_term.size(), 1U);
  EXPECT_FALSE(by_term[0].granted);
  receive(2, asks(4, at(2, 2)));  // same term, but shorter
  EXPECT_FALSE(sent_to<VoteResponse>(2).at(0).granted);
  receive(2, asks(5, at(2, 3)));
  EXPECT_TRUE(sent_to<VoteResponse>(2).at(0).granted);
}

TEST_F(Election, OneVoteATerm) {
  start({});
  receive(2, asks(2, at(1, 1)));
  EXPECT_TRUE(sent_to<VoteResponse>(2).at(0).granted);
  receive(3, asks(2, at(1, 1)));
  EXPECT_FALSE(sent_to<VoteResponse>(3).at(0).granted);
  receive(2, asks(2, at(1, 1)));  // the same one asks again
  EXPECT_TRUE(sent_to<VoteResponse>(2).at(0).granted);
}

TEST_F(Election, VoteSurvivesARestart) {
  start({.term = 2, .vote = member(3)});
  receive(2, asks(2, at(1, 1)));
  EXPECT_FALSE(sent_to<VoteResponse>(2).at(0).granted);
}

TEST_F(Election, VoteLeavesOnlyWhenItIsDurable) {
  start({});
  receive(2, asks(2, at(1, 1)));
  const Effects effects = this->effects();
  ASSERT_EQ(effects.persists.size(), 1U);
  ASSERT_TRUE(effects.persists[0].write.hard);
  EXPECT_EQ(effects.persists[0].write.hard->vote, member(2));
  EXPECT_EQ(effects.persists[0].write.hard->term, Term{2});
  ASSERT_EQ(effects.sends.size(), 1U);
  EXPECT_EQ(effects.sends[0].after, effects.persists[0].ticket);
}

TEST_F(Election, OwnTermAndVoteAreDurableBeforeVotesAreAskedFor) {
  start({});
  wait_for_election();
  effects();
  receive(2, vote(2, true));
  const Effects effects = this->effects();
  ASSERT_EQ(effects.persists.size(), 1U);
  EXPECT_EQ(effects.persists[0].write.hard->vote, member(1));
  const auto asked = of_kind<VoteRequest>(effects, 2);
  ASSERT_EQ(asked.size(), 1U);
  for (const Send& send : effects.sends) EXPECT_EQ(send.after, effects.persists[0].ticket);
}

TEST_F(Election, SteppingDownWithinATermKeepsTheVote) {
  start({});
  wait_for_election();
  receive(2, vote(2, true));  // now a candidate of term 2 that voted for itself
  receive(3, append(2, at(1, 1), {}));
  EXPECT_EQ(raft_->role(), Raft::Role::follower);
  effects();
  now_ += std::chrono::seconds{1} + settings_.election_timeout;
  receive(2, asks(2, at(9, 9)));
  EXPECT_FALSE(sent_to<VoteResponse>(2).at(0).granted);
}

TEST_F(Election, SteppingDownFromAPreVoteKeepsTheVote) {
  start({.term = 3, .vote = member(2)});
  wait_for_election();
  EXPECT_EQ(raft_->role(), Raft::Role::pre_candidate);
  receive(2, append(3, at(9, 9), {}));  // of the present term, and does not match
  effects();
  now_ += std::chrono::seconds{10};
  receive(3, asks(3, at(9, 9)));
  EXPECT_FALSE(sent_to<VoteResponse>(3).at(0).granted);
}

TEST_F(Election, WhoHearsFromALeaderIgnoresCampaigns) {
  start({});
  receive(2, append(1, at(1, 1), {}));
  effects();
  receive(3, asks(9, at(9, 9)));
  receive(3, asks(9, at(9, 9), true));
  EXPECT_TRUE(effects().sends.empty());
  EXPECT_EQ(raft_->term(), Term{1});
  now_ += settings_.election_timeout;  // it has fallen silent
  receive(3, asks(9, at(9, 9)));
  EXPECT_TRUE(sent_to<VoteResponse>(3).at(0).granted);
}

TEST_F(Election, WhoIsAVoterIsTheCandidatesBusiness) {
  start({});
  receive(7, asks(2, at(1, 1)));  // by a configuration that this member does not hold yet
  EXPECT_TRUE(sent_to<VoteResponse>(7).at(0).granted);
}

TEST_F(Election, WhoJustStartedIsNotSticky) {
  start({});
  receive(3, asks(2, at(1, 1)));
  EXPECT_TRUE(sent_to<VoteResponse>(3).at(0).granted);
}

TEST_F(Election, MessageOfALowerTermIsAnsweredWithTheCurrentOne) {
  start({.term = 5});
  receive(2, asks(3, at(9, 9)));
  EXPECT_EQ(sent_to<VoteResponse>(2).at(0).term, Term{5});
  receive(2, append(3, at(1, 1), {}));
  EXPECT_EQ(sent_to<AppendResponse>(2).at(0).term, Term{5});
  HeartbeatRequest heartbeat;
  heartbeat.term = Term{3};
  receive(2, heartbeat);
  EXPECT_EQ(sent_to<HeartbeatResponse>(2).at(0).term, Term{5});
  SyncOffer offer;
  offer.term = Term{3};
  receive(2, offer);
  EXPECT_EQ(sent_to<HeartbeatResponse>(2).at(0).term, Term{5});
}

TEST_F(Election, RefusedPreVoteCarriesTheVotersTermAndTheAskerAdoptsIt) {
  start({.terms = {1, 4}, .term = 7});
  receive(2, asks(3, at(2, 50), true));
  const auto refusal = sent_to<VoteResponse>(2).at(0);
  EXPECT_FALSE(refusal.granted);
  EXPECT_EQ(refusal.term, Term{7});

  start({.terms = {1, 2}, .term = 2});
  wait_for_election();
  ASSERT_EQ(raft_->role(), Raft::Role::pre_candidate);
  receive(2, refusal);
  EXPECT_EQ(raft_->term(), Term{7});
  EXPECT_EQ(raft_->role(), Raft::Role::follower);
}

TEST_F(Election, PreVoteChangesNoTerm) {
  start({});
  wait_for_election();
  EXPECT_EQ(raft_->term(), Term{1});
  const auto asked = sent_to<VoteRequest>(2);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_TRUE(asked[0].pre);
  EXPECT_EQ(asked[0].term, Term{2});
  receive(3, asks(8, at(1, 1), true));
  EXPECT_TRUE(sent_to<VoteResponse>(3).at(0).granted);
  EXPECT_EQ(raft_->term(), Term{1});
}

TEST_F(Election, VotesAreASetOfIds) {
  start({.voter_count = 5});
  wait_for_election();
  receive(2, vote(2, true));
  receive(2, vote(2, true));
  EXPECT_EQ(raft_->role(), Raft::Role::pre_candidate);
  receive(3, vote(2, true));
  EXPECT_EQ(raft_->role(), Raft::Role::candidate);
  receive(2, vote(2, false));
  receive(2, vote(2, false));
  EXPECT_EQ(raft_->role(), Raft::Role::candidate);
}

TEST_F(Election, OnlyVotersInForceCount) {
  start({});
  wait_for_election();
  receive(7, vote(2, true));
  EXPECT_EQ(raft_->role(), Raft::Role::pre_candidate);
}

TEST_F(Election, SameNodeWithAnotherStoreIsNotTheVoter) {
  start({});
  wait_for_election();
  MemberId wiped = member(2);
  wiped.storage = StorageId(UniqueId::from("a new disk"));
  raft_->receive(now_, wiped, vote(2, true));
  EXPECT_EQ(raft_->role(), Raft::Role::pre_candidate);
}

TEST_F(Election, VotesOfAnotherTermOrKindDoNotCount) {
  start({.term = 4});
  wait_for_election();
  receive(2, vote(4, true));   // a pre-vote for an earlier campaign
  receive(2, vote(5, false));  // a vote nobody asked for
  EXPECT_NE(raft_->role(), Raft::Role::candidate);
  EXPECT_NE(raft_->role(), Raft::Role::leader);
}

TEST_F(Election, VotesOfAnEarlierTermElectNobody) {
  start({.term = 4});
  wait_for_election();
  receive(2, vote(5, true));
  ASSERT_EQ(raft_->role(), Raft::Role::candidate);
  receive(2, vote(4, false));
  receive(3, vote(4, false));
  EXPECT_EQ(raft_->role(), Raft::Role::candidate);
  receive(2, vote(5, false));
  receive(3, vote(5, false));
  EXPECT_EQ(raft_->role(), Raft::Role::leader);
}

TEST_F(Election, PreVoteAnswersAfterTheWinElectNobody) {
  start({.voter_count = 5});
  wait_for_election();
  receive(2, vote(2, true));
  receive(3, vote(2, true));
  ASSERT_EQ(raft_->role(), Raft::Role::candidate);
  receive(4, vote(3, true));
  receive(5, vote(2, true));
  EXPECT_EQ(raft_->role(), Raft::Role::candidate);
}

TEST_F(Election, LearnerAnswersAVoteByTermVoteAndLogAlone) {
  Configuration configuration = voters(3);
  configuration.learners.insert(member(4));
  start({.self = 4, .configuration = configuration});
  receive(7, asks(2, at(1, 1)));  // from somebody this member knows nothing of
  EXPECT_TRUE(sent_to<VoteResponse>(7).at(0).granted);
  wait(std::chrono::minutes{1});
  EXPECT_EQ(raft_->role(), Raft::Role::follower);  // but it never campaigns
}

TEST_F(Election, LeaderWithoutAMajorityStepsDown) {
  start({.voter_count = 5});
  lead();
  wait(settings_.election_timeout);  // the votes were answers
  now_ += std::chrono::milliseconds{1};
  accept(2, 2);  // one of four is not enough
  wait(settings_.election_timeout);
  EXPECT_FALSE(raft_->leads());
}

TEST_F(Election, LeaderWithAMajorityStays) {
  start({.voter_count = 5});
  lead();
  for (int round = 0; round < 5; ++round) {
    accept(2, 2);
    accept(3, 2);
    wait(settings_.election_timeout);
    EXPECT_TRUE(raft_->leads());
  }
}

TEST_F(Election, SingleVoterElectsItself) {
  start({.voter_count = 1});
  wait_for_election();
  EXPECT_FALSE(raft_->leads());  // nothing counts before it is durable, its own vote neither
  sync();
  EXPECT_TRUE(raft_->leads());
  EXPECT_EQ(raft_->committed(), Cursor{});
  sync();
  EXPECT_EQ(raft_->committed(), at(2, 2));
}

TEST_F(Election, MembersDrawTimeoutsOfTheirOwnWithinTheJitter) {
  std::set<TimePoint> deadlines;
  for (seed_ = 1; seed_ <= 50; ++seed_) {
    start({});
    const auto deadline = raft_->next_deadline();
    ASSERT_TRUE(deadline.has_value());
    EXPECT_GE(*deadline, now_ + settings_.election_timeout);
    EXPECT_LT(*deadline, now_ + settings_.election_timeout + settings_.election_jitter);
    deadlines.insert(*deadline);
  }
  EXPECT_EQ(deadlines.size(), 50U);
  // Nor are they close together: half of the jitter lies between some of them.
  EXPECT_GT(*deadlines.rbegin() - *deadlines.begin(), settings_.election_jitter / 2);
}

}  // namespace
}  // namespace tessera::core
