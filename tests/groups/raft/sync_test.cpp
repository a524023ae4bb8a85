#include "raft_fixture.h"

namespace tessera::core {
namespace {

class Sync : public RaftTest {
 protected:
  static SyncStatement statement(std::uint64_t session, Cursor target) {
    SyncStatement stated;
    stated.session = session;
    stated.target = target;
    stated.credit = 1000;
    return stated;
  }
  HeartbeatResponse syncing(const SyncStatement& statement) {
    HeartbeatResponse response;
    response.term = raft_->term();
    response.syncing = statement;
    return response;
  }
  SyncOffer offer(std::uint64_t term, Cursor target) {
    SyncOffer request;
    request.term = Term{term};
    request.target = target;
    request.election_timeout = settings_.election_timeout;
    return request;
  }
  AppendResponse refusal(std::uint64_t index, Cursor hint) {
    AppendResponse response;
    response.term = raft_->term();
    response.index = Index{index};
    response.rejected = true;
    response.hint = hint;
    return response;
  }
  static LogEntry fetched(Cursor preceding, RawEntry entry) { return {preceding, entry}; }
};

TEST_F(Sync, LargeGapIsOfferedASessionUpToTheCommitIndex) {
  settings_.inline_catch_up = 0;
  start({.terms = {1, 1, 1}, .commit = 3});
  lead();
  accept(2, 4);
  effects();
  receive(3, refusal(3, at(1, 1)));
  const auto offers = sent_to<SyncOffer>(3);
  ASSERT_EQ(offers.size(), 1U);
  EXPECT_EQ(offers[0].target, at(2, 4));
}

TEST_F(Sync, SmallGapIsResentByTheLeader) {
  start({.terms = {1, 1, 1}, .commit = 3});
  lead();
  effects();
  receive(3, refusal(3, at(1, 1)));
  const Effects effects = this->effects();
  EXPECT_TRUE(of_kind<SyncOffer>(effects, 3).empty());
  ASSERT_EQ(of_kind<AppendRequest>(effects, 3).size(), 1U);
}

TEST_F(Sync, GapAboveCommitNeedsNoSession) {
  // One of three is dead and this follower is behind: what is not committed cannot be until it
  // has it, so no session may wait for that.
  settings_.inline_catch_up = 0;
  start({.terms = {1, 1, 1}, .commit = 1});
  lead();
  effects();
  receive(3, refusal(3, at(1, 1)));
  const Effects effects = this->effects();
  EXPECT_TRUE(of_kind<SyncOffer>(effects, 3).empty());
  EXPECT_EQ(of_kind<AppendRequest>(effects, 3).size(), 1U);
}

TEST_F(Sync, SyncingFollowerGetsEachNewBatchOnceWithinItsCredit) {
  start({});
  lead();
  accept(2, 2);
  receive(3, syncing(statement(1, at(2, 2))));
  effects();
  raft_->propose(now_, EntryKind::command, Bytes::copy("new"));
  const auto first = sent_to<AppendRequest>(3);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].entries.front().position.index, Index{3});
  receive(3, syncing(statement(1, at(2, 2))));
  EXPECT_TRUE(sent_to<AppendRequest>(3).empty());
  raft_->propose(now_, EntryKind::command, Bytes(std::vector<std::uint8_t>(5000)));
  EXPECT_TRUE(sent_to<AppendRequest>(3).empty());
}

TEST_F(Sync, AnswerWithoutAStatementGoesBackToProbe) {
  start({});
  lead();
  receive(3, syncing(statement(1, at(2, 2))));
  EXPECT_EQ(raft_->progress().at(member(3)).state(), Progress::State::syncing);
  HeartbeatResponse plain;
  plain.term = raft_->term();
  receive(3, plain);
  EXPECT_EQ(raft_->progress().at(member(3)).state(), Progress::State::probe);
}

TEST_F(Sync, DoneCountsOnlyWhatIsCommitted) {
  start({});
  lead();  // its entry at 2 is not committed
  receive(3, syncing(statement(1, at(1, 1))));
  SyncDone done;
  done.term = raft_->term();
  done.session = 1;
  done.position = at(2, 2);
  receive(3, done);
  EXPECT_EQ(raft_->progress().at(member(3)).match(), Index{0});
  EXPECT_EQ(raft_->committed(), Cursor{});
}

TEST_F(Sync, OfferOfWhatIsHeldIsAcknowledged) {
  start({.terms = {1, 1, 1}});
  receive(2, offer(2, at(1, 2)));
  EXPECT_EQ(raft_->committed(), at(1, 2));
  const auto held = sent_to<AppendResponse>(2);
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].index, Index{2});
  EXPECT_FALSE(raft_->take_events().session_wanted);
}

TEST_F(Sync, WhileSyncingNothingIsAcknowledged) {
  start({});
  receive(2, offer(2, at(2, 9)));
  EXPECT_EQ(raft_->take_events().session_wanted, at(2, 9));
  raft_->session_runs(statement(1, at(2, 9)));
  effects();
  receive(2, append(2, at(1, 1), {command_at(2, 2)}, 2));
  const Effects effects = this->effects();
  EXPECT_TRUE(of_kind<AppendResponse>(effects, 2).empty());
  ASSERT_EQ(of_kind<HeartbeatResponse>(effects, 2).size(), 1U);
  EXPECT_TRUE(of_kind<HeartbeatResponse>(effects, 2)[0].syncing);
  EXPECT_EQ(raft_->log().last(), at(1, 1));
  EXPECT_EQ(raft_->committed(), Cursor{});
  ASSERT_EQ(raft_->take_events().batches.size(), 1U);
}

TEST_F(Sync, FetchedEntriesReplaceAConflictUpToTheTargetOnly) {
  start({.terms = {1, 1, 1, 1}, .commit = 1});
  receive(2, offer(5, at(2, 3)));
  const std::vector<LogEntry> entries = {fetched(at(1, 1), command_at(2, 2)),
                                         fetched(at(2, 2), command_at(2, 3))};
  raft_->append_fetched(entries, at(2, 3));
  EXPECT_EQ(raft_->log().last(), at(2, 3));
  raft_->commit_target(at(2, 3));
  EXPECT_EQ(raft_->committed(), at(2, 3));
  raft_->append_fetched({fetched(at(2, 3), command_at(3, 4))}, at(2, 3));
  EXPECT_EQ(raft_->log().last(), at(3, 4));
  raft_->append_fetched({fetched(at(2, 3), command_at(4, 4))}, at(2, 3));
  EXPECT_EQ(raft_->log().last(), at(3, 4));  // a conflict above the target stays
}

TEST_F(Sync, FetchedEntriesNeverReplaceWhatIsCommitted) {
  start({.terms = {1, 1, 1}, .commit = 3});
  receive(2, offer(5, at(2, 9)));
  raft_->append_fetched({fetched(at(1, 1), command_at(2, 2))}, at(2, 9));
  EXPECT_EQ(raft_->log().last(), at(1, 3));
}

TEST_F(Sync, FetchedEntryThatDoesNotFollowStopsQuietly) {
  start({});
  receive(2, offer(5, at(2, 9)));
  raft_->append_fetched({fetched(at(2, 1), command_at(2, 2))}, at(2, 9));  // another entry 1
  raft_->append_fetched({fetched(at(1, 2), command_at(2, 3))}, at(2, 9));  // a hole
  EXPECT_EQ(raft_->log().last(), at(1, 1));
}

TEST_F(Sync, TargetIsCommittedOnlyWhenTheLogHoldsExactlyThat) {
  start({.terms = {1, 1, 1}});
  raft_->commit_target(at(2, 3));
  EXPECT_EQ(raft_->committed(), Cursor{});
  raft_->commit_target(at(1, 3));
  EXPECT_EQ(raft_->committed(), at(1, 3));
}

TEST_F(Sync, WhatTheLogHoldsOfTheTargetsTermIsCommittedBeforeTheTargetIsThere) {
  start({.terms = {1, 1}, .commit = 1});
  raft_->commit_target(at(2, 9));
  EXPECT_EQ(raft_->committed(), at(1, 1));
  receive(2, offer(5, at(2, 9)));
  raft_->append_fetched({fetched(at(1, 2), command_at(1, 3))}, at(2, 9));
  raft_->commit_target(at(2, 9));
  EXPECT_EQ(raft_->committed(), at(1, 1));  // another leader's, which may not have been committed
  raft_->append_fetched({fetched(at(1, 3), command_at(2, 4))}, at(2, 9));
  raft_->commit_target(at(2, 9));
  EXPECT_EQ(raft_->committed(), at(2, 4));
}

TEST_F(Sync, ATailOfALaterTermIsNotCommittedByATargetBehindIt) {
  start({.terms = {1, 2, 3}, .commit = 1});
  raft_->commit_target(at(2, 9));
  EXPECT_EQ(raft_->committed(), at(1, 1));
}

TEST_F(Sync, InstallKeepsTheLogThatContinuesTheAnchor) {
  start({.terms = {1, 1, 1}});
  raft_->install({at(1, 2), LogTime{0}, voters(3), settings_});
  EXPECT_EQ(raft_->log().last(), at(1, 3));
  EXPECT_EQ(raft_->committed(), at(1, 2));
}

TEST_F(Sync, InstallReplacesALogThatConflictsWithTheAnchor) {
  start({.terms = {1, 1, 1}});
  Configuration other = voters(3);
  other.learners.insert(member(4));
  outbox_.persist_snapshot({storage::SnapshotId{1}, at(2, 3)}, at(2, 3));
  raft_->install({at(2, 3), LogTime{5}, other, settings_});
  EXPECT_EQ(raft_->log().base(), at(2, 3));
  EXPECT_EQ(raft_->log().last(), at(2, 3));
  EXPECT_EQ(raft_->committed(), at(2, 3));
  EXPECT_EQ(raft_->configurations().in_force(), other);
  EXPECT_EQ(raft_->durable(), Cursor{});
  sync();
  EXPECT_EQ(raft_->durable(), at(2, 3));
}

}  // namespace
}  // namespace tessera::core
