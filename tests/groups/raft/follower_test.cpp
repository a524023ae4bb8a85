#include "raft_fixture.h"

namespace tessera::core {
namespace {

using Follower = RaftTest;

TEST_F(Follower, ShorterMessageCutsNothingOff) {
  start({});
  receive(2, append(1, at(1, 1), {command_at(1, 2), command_at(1, 3)}));
  receive(2, append(1, at(1, 1), {command_at(1, 2)}));  // late
  EXPECT_EQ(raft_->log().last(), at(1, 3));
}

TEST_F(Follower, OnlyAConflictingTermIsCutOff) {
  start({.terms = {1, 1, 1, 1}});
  receive(2, append(2, at(1, 2), {command_at(1, 3), command_at(2, 4)}));
  EXPECT_EQ(raft_->log().last(), at(2, 4));
  const Effects effects = this->effects();
  ASSERT_FALSE(effects.persists.empty());
  // The entry that was the same is not written again.
  EXPECT_EQ(effects.persists.back().write.entries.front().position, at(2, 4));
}

TEST_F(Follower, AcknowledgesWhatTheMessageMatchedNotItsOwnEnd) {
  start({.terms = {1, 1, 1, 1, 1}});
  receive(2, append(2, at(1, 2), {}));
  const auto response = sent_to<AppendResponse>(2).at(0);
  EXPECT_FALSE(response.rejected);
  EXPECT_EQ(response.index, Index{2});
}

TEST_F(Follower, AcknowledgementWaitsForTheDisk) {
  start({});
  receive(2, append(1, at(1, 1), {command_at(1, 2)}));
  const Effects first = effects();
  ASSERT_EQ(first.persists.size(), 1U);
  EXPECT_EQ(first.sends.at(0).after, first.persists[0].ticket);
  // A repeated copy adds nothing to write, but its entries are not durable yet either.
  receive(2, append(1, at(1, 1), {command_at(1, 2)}));
  const Effects second = effects();
  EXPECT_TRUE(second.persists.empty());
  EXPECT_EQ(second.sends.at(0).after, first.persists[0].ticket);
}

TEST_F(Follower, CommitNeverPassesTheVerifiedPrefix) {
  start({.terms = {1, 1, 1, 1}});
  receive(2, append(2, at(1, 2), {}, 4));  // says nothing of 3 and 4, which may be stale
  EXPECT_EQ(raft_->committed(), at(1, 2));
  HeartbeatRequest heartbeat;
  heartbeat.term = Term{2};
  heartbeat.commit = Index{4};
  receive(2, heartbeat);
  EXPECT_EQ(raft_->committed(), at(1, 2));
}

TEST_F(Follower, WhatOneLeaderVerifiedIsNothingToTheNext) {
  start({.terms = {1, 1, 1, 1}});
  receive(2, append(2, at(1, 4), {}));
  HeartbeatRequest heartbeat;
  heartbeat.term = Term{3};
  heartbeat.commit = Index{4};
  receive(3, heartbeat);
  EXPECT_EQ(raft_->committed(), Cursor{});
}

TEST_F(Follower, RefusalHintsAtTheLargestPositionThatMayMatch) {
  start({.terms = {1, 1, 4, 4, 4}, .term = 4});
  receive(2, append(6, at(3, 5), {}));
  const auto response = sent_to<AppendResponse>(2).at(0);
  EXPECT_TRUE(response.rejected);
  EXPECT_EQ(response.index, Index{5});
  EXPECT_EQ(response.hint, at(1, 2));
}

TEST_F(Follower, AppendBelowCommitIsAnsweredByTheCommitIndex) {
  start({.terms = {1, 1, 1, 1}, .commit = 3});
  receive(2, append(1, at(1, 1), {command_at(1, 2)}, 3));
  const auto response = sent_to<AppendResponse>(2).at(0);
  EXPECT_FALSE(response.rejected);
  EXPECT_EQ(response.index, Index{3});
}

TEST_F(Follower, EntriesOutOfOrderAreDropped) {
  start({});
  receive(2, append(1, at(1, 1), {command_at(1, 3)}));
  receive(2, append(2, at(1, 1), {command_at(2, 2), command_at(1, 3)}));
  receive(2, append(2, at(1, 1), {command_at(3, 2)}));  // from a term that is not the sender's
  EXPECT_EQ(raft_->log().last(), at(1, 1));
}

TEST_F(Follower, MembershipEntryThatDoesNotDecodeIsDropped) {
  start({});
  RawEntry entry = command_at(1, 2);
  entry.kind = EntryKind::membership;
  receive(2, append(1, at(1, 1), {entry}));
  EXPECT_EQ(raft_->log().last(), at(1, 1));
}

TEST_F(Follower, ConfigurationGoesWithTheEntryThatIsCutOff) {
  start({});
  Configuration with_learner = voters(3);
  with_learner.learners.insert(member(4));
  RawEntry entry = command_at(1, 2);
  entry.kind = EntryKind::membership;
  entry.data = encode_configuration(with_learner);
  receive(2, append(1, at(1, 1), {entry}));
  EXPECT_EQ(raft_->configurations().in_force(), with_learner);
  receive(3, append(2, at(1, 1), {command_at(2, 2)}));
  EXPECT_EQ(raft_->configurations().in_force(), voters(3));
}

TEST_F(Follower, SecondLeaderOfATermIsNotFollowedByTheFirst) {
  start({});
  lead();
  receive(3, append(raft_->term().value(), at(1, 1), {}));
  EXPECT_TRUE(raft_->leads());
}

using FollowerDeath = RaftTest;

TEST_F(FollowerDeath, CommittedEntryIsNeverCutOff) {
  start({.terms = {1, 1, 1}, .commit = 3});
  // Such a message cannot come from a correct leader; it must not be able to undo a commit.
  receive(2, append(2, at(1, 1), {command_at(2, 2)}));
  EXPECT_EQ(raft_->log().last(), at(1, 3));
}

}  // namespace
}  // namespace tessera::core
