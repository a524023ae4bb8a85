#include "raft_fixture.h"

/// Rule 9: from one set of voters to another, through a joint configuration.
namespace tessera::core {
namespace {

class Joint : public RaftTest {
 protected:
  /// Leads three voters and two learners, all of them caught up, with an entry committed.
  void lead_with_standbys() {
    Configuration members = voters(3);
    members.learners = {member(4), member(5)};
    start({.configuration = members});
    lead();
    for (int other = 2; other <= 5; ++other) accept(other, 2);
    ASSERT_TRUE(raft_->settled());
    effects();
  }
  [[nodiscard]] const Configuration& in_force() const { return raft_->configurations().in_force(); }
  /// The configuration of the newest membership entry sent to `to`.
  std::optional<Configuration> sent_configuration(int to) {
    std::optional<Configuration> found;
    for (const AppendRequest& append : sent_to<AppendRequest>(to)) {
      for (const RawEntry& entry : append.entries) {
        if (entry.kind == EntryKind::membership) found = decode_configuration(entry.data).value();
      }
    }
    return found;
  }
};

TEST_F(Joint, GrowingByTwoGoesThroughAJointConfiguration) {
  lead_with_standbys();
  ASSERT_TRUE(raft_->propose_configuration(now_, voters(5)));
  EXPECT_TRUE(in_force().joint());
  EXPECT_EQ(in_force().voters, voters(5).voters);
  EXPECT_EQ(in_force().voters_outgoing, voters(3).voters);
  EXPECT_EQ(sent_configuration(4), in_force());
}

TEST_F(Joint, CommitsOnlyWithAMajorityOfBothHalves) {
  lead_with_standbys();
  ASSERT_TRUE(raft_->propose_configuration(now_, voters(5)));
  sync();
  accept(4, 3);
  accept(5, 3);
  // Three of five, but only one of the outgoing three.
  EXPECT_EQ(raft_->committed().index, Index{2});
  accept(2, 3);
  EXPECT_EQ(raft_->committed().index, Index{3});
}

TEST_F(Joint, TheLeaderEndsItWhenItIsCommitted) {
  lead_with_standbys();
  ASSERT_TRUE(raft_->propose_configuration(now_, voters(5)));
  sync();
  accept(4, 3);
  accept(2, 3);
  EXPECT_FALSE(in_force().joint());
  EXPECT_EQ(in_force(), voters(5));
  EXPECT_EQ(raft_->log().last().index, Index{4});
}

TEST_F(Joint, IsNotEndedBecauseAnEarlierEntryIsCommitted) {
  lead_with_standbys();
  ASSERT_TRUE(raft_->propose(now_, EntryKind::command, Bytes::copy("before")));
  ASSERT_TRUE(raft_->propose_configuration(now_, voters(5)));
  sync();
  accept(4, 3);
  accept(2, 3);
  EXPECT_EQ(raft_->committed().index, Index{3});
  EXPECT_TRUE(in_force().joint());
  accept(4, 4);
  accept(2, 4);
  EXPECT_FALSE(in_force().joint());
}

TEST_F(Joint, NoOtherChangeBeginsBeforeItsEndIsCommitted) {
  lead_with_standbys();
  ASSERT_TRUE(raft_->propose_configuration(now_, voters(5)));
  EXPECT_FALSE(raft_->propose_configuration(now_, voters(3)));
  sync();
  accept(4, 3);
  accept(2, 3);
  EXPECT_FALSE(raft_->propose_configuration(now_, voters(3)));
  sync();
  accept(4, 4);
  accept(2, 4);
  EXPECT_TRUE(raft_->propose_configuration(now_, voters(3)));
}

TEST_F(Joint, ANewLeaderFinishesWhatItFinds) {
  Configuration between = voters(3);
  between.voters.insert(member(4));
  between.voters_outgoing = voters(3).voters;
  start({.configuration = between});
  lead();
  accept(2, 2);
  accept(3, 2);
  EXPECT_FALSE(in_force().joint());
  EXPECT_EQ(in_force().voters, between.voters);
}

TEST_F(Joint, AnOutgoingVoterMayStayAsALearner) {
  lead_with_standbys();
  Configuration next = in_force();
  next.voters.erase(member(3));
  next.learners.insert(member(3));
  ASSERT_TRUE(raft_->propose_configuration(now_, next));
  EXPECT_TRUE(in_force().is_voter(member(3)));
  EXPECT_TRUE(in_force().learners_next.contains(member(3)));
  sync();
  accept(2, 3);
  EXPECT_FALSE(in_force().is_voter(member(3)));
  EXPECT_TRUE(in_force().learners.contains(member(3)));
}

TEST_F(Joint, ALeaderThatIsRemovedCommitsTheChangeAndStepsDown) {
  lead_with_standbys();
  Configuration next = in_force();
  next.voters.erase(member(1));
  ASSERT_TRUE(raft_->propose_configuration(now_, next));
  sync();
  accept(2, 3);
  accept(3, 3);
  ASSERT_TRUE(raft_->leads());
  sync();
  // It leads on, but does not count itself: one of the two others is no majority.
  accept(2, 4);
  EXPECT_TRUE(raft_->leads());
  effects();
  accept(3, 4);
  EXPECT_FALSE(raft_->leads());
  EXPECT_EQ(raft_->committed().index, Index{4});
  EXPECT_FALSE(sent_to<AppendRequest>(2).empty());  // it says so before it goes
  wait_for_election();
  EXPECT_EQ(raft_->role(), Raft::Role::follower);
}

TEST_F(Joint, WhoLosesItsVoteCampaignsUntilThatIsCommitted) {
  Configuration between;
  between.voters = {member(2)};
  between.voters_outgoing = voters(2).voters;
  Configuration alone;
  alone.voters = {member(2)};
  start({.commit = 1, .configuration = between});
  RawEntry end = command_at(1, 2);
  end.kind = EntryKind::membership;
  end.data = encode_configuration(alone);
  receive(2, append(1, at(1, 1), {end}));
  ASSERT_EQ(in_force(), alone);
  effects();
  // The other one needs this member's vote, and lacks this member's entry.
  wait_for_election();
  EXPECT_FALSE(sent_to<VoteRequest>(2).empty());
  receive(2, vote(2, true));
  EXPECT_FALSE(raft_->leads());
  receive(2, vote(2, false));
  ASSERT_TRUE(raft_->leads());
  sync();
  accept(2, 3);
  EXPECT_EQ(raft_->committed().index, Index{3});
  EXPECT_FALSE(raft_->leads());
  effects();
  wait_for_election();
  EXPECT_TRUE(sent_to<VoteRequest>(2).empty());
}

TEST_F(Joint, AMemberTakesBackAConfigurationThatIsOverwritten) {
  start({.terms = {1}});
  Configuration other = voters(3);
  other.voters.insert(member(4));
  other.voters_outgoing = voters(3).voters;
  receive(2, append(1, at(1, 1),
                    {{at(1, 2), EntryKind::membership, LogTime{0}, encode_configuration(other)}}));
  EXPECT_TRUE(in_force().joint());
  receive(3, append(2, at(1, 1), {command_at(2, 2)}));
  EXPECT_EQ(in_force(), voters(3));
}

TEST_F(Joint, ACampaignNeedsBothHalves) {
  Configuration between = voters(3);
  between.voters = {member(1), member(4), member(5)};
  between.voters_outgoing = voters(3).voters;
  start({.configuration = between});
  wait_for_election();
  receive(4, vote(2, true));
  receive(5, vote(2, true));
  EXPECT_EQ(raft_->role(), Raft::Role::pre_candidate);
  receive(2, vote(2, true));
  EXPECT_EQ(raft_->role(), Raft::Role::candidate);
  receive(2, vote(2, false));
  receive(3, vote(2, false));
  EXPECT_FALSE(raft_->leads());
  receive(4, vote(2, false));
  EXPECT_TRUE(raft_->leads());
}

}  // namespace
}  // namespace tessera::core
