#include "raft_fixture.h"

namespace tessera::core {
namespace {

using Leader = RaftTest;

TEST_F(Leader, AppendsANoopAtOnce) {
  start({});
  wait_for_election();
  receive(2, vote(2, true));
  receive(2, vote(2, false));
  ASSERT_TRUE(raft_->leads());
  ASSERT_NE(raft_->log().recent(Index{2}), nullptr);
  EXPECT_EQ(raft_->log().recent(Index{2})->kind, EntryKind::noop);
  EXPECT_EQ(raft_->log().last(), at(2, 2));
}

TEST_F(Leader, SendsInParallelWithItsOwnWrite) {
  lead_at_rest();
  raft_->propose(now_, EntryKind::command, Bytes::copy("x"));
  const Effects effects = this->effects();
  ASSERT_EQ(effects.persists.size(), 1U);
  const auto appends = of_kind<AppendRequest>(effects, 2);
  ASSERT_EQ(appends.size(), 1U);
  EXPECT_LT(effects.sends[0].after, effects.persists[0].ticket);
}

TEST_F(Leader, CountsItselfOnlyWhenItsWriteIsDone) {
  start({});
  wait_for_election();
  receive(2, vote(2, true));
  receive(2, vote(2, false));
  ASSERT_TRUE(raft_->leads());
  accept(2, 2);
  EXPECT_EQ(raft_->committed(), Cursor{});
  sync();
  EXPECT_EQ(raft_->committed(), at(2, 2));
}

TEST_F(Leader, EntriesOfEarlierTermsAreNotCommittedByCounting) {
  start({.voter_count = 5, .terms = {1, 2}, .term = 3});
  lead();  // in term 4; its noop is at 3
  accept(2, 2);
  accept(3, 2);
  EXPECT_EQ(raft_->committed(), Cursor{});
  accept(2, 3);
  accept(3, 3);
  EXPECT_EQ(raft_->committed(), at(4, 3));
}

TEST_F(Leader, OnlyConfiguredVotersCount) {
  Configuration configuration = voters(3);
  configuration.learners.insert(member(4));
  start({.configuration = configuration});
  lead();
  accept(4, 2);
  accept(7, 2);
  EXPECT_EQ(raft_->committed(), Cursor{});
}

TEST_F(Leader, JointConfigurationNeedsBothMajorities) {
  Configuration joint;
  joint.voters = {member(1), member(2), member(3)};
  joint.voters_outgoing = {member(1), member(4), member(5)};
  start({.configuration = joint});
  wait_for_election();
  receive(2, vote(2, true));
  receive(3, vote(2, true));
  EXPECT_EQ(raft_->role(), Raft::Role::pre_candidate);
  receive(4, vote(2, true));
  receive(2, vote(2, false));
  receive(4, vote(2, false));
  ASSERT_TRUE(raft_->leads());
  sync();
  accept(2, 2);
  accept(3, 2);
  EXPECT_EQ(raft_->committed(), Cursor{});
  accept(5, 2);
  EXPECT_EQ(raft_->committed(), at(2, 2));
}

TEST_F(Leader, AcknowledgementOfMoreThanThereIsSaysNothing) {
  start({});
  lead();
  accept(2, 900);
  EXPECT_EQ(raft_->committed(), Cursor{});
}

TEST_F(Leader, HintIsNeverAMatch) {
  start({.terms = {1, 1, 1}});
  lead();
  AppendResponse refusal;
  refusal.term = raft_->term();
  refusal.index = Index{3};
  refusal.rejected = true;
  refusal.hint = at(1, 2);
  receive(2, refusal);
  EXPECT_EQ(raft_->progress().at(member(2)).match(), Index{0});
  EXPECT_EQ(raft_->progress().at(member(2)).next(), Index{3});
}

TEST_F(Leader, AnswersOfAnEarlierTermSayNothing) {
  start({});
  lead();
  AppendResponse old;
  old.term = Term{1};
  old.index = Index{2};
  receive(2, old);
  EXPECT_EQ(raft_->progress().at(member(2)).match(), Index{0});
}

TEST_F(Leader, AppendsArePipelinedUpToTheWindow) {
  limits_.in_flight_messages_max = 3;
  start({});
  lead();
  accept(2, 2);
  effects();
  for (int count = 0; count < 5; ++count) {
    raft_->propose(now_, EntryKind::command, Bytes::copy("x"));
    raft_->flush(now_);
  }
  EXPECT_EQ(sent_to<AppendRequest>(2).size(), 3U);
  accept(2, 3);
  const auto next = sent_to<AppendRequest>(2);
  ASSERT_FALSE(next.empty());
  EXPECT_EQ(next[0].entries.front().position.index, Index{6});
}

TEST_F(Leader, LostAppendIsFoundByTheNextHeartbeat) {
  start({});
  lead();
  accept(2, 2);
  raft_->propose(now_, EntryKind::command, Bytes::copy("lost"));
  effects();
  HeartbeatResponse alive;
  alive.term = raft_->term();
  receive(2, alive);
  const auto probe = sent_to<AppendRequest>(2);
  ASSERT_EQ(probe.size(), 1U);
  EXPECT_EQ(probe[0].preceding.index, Index{3});
  AppendResponse refusal;
  refusal.term = raft_->term();
  refusal.index = Index{3};
  refusal.rejected = true;
  refusal.hint = at(2, 2);
  receive(2, refusal);
  const auto again = sent_to<AppendRequest>(2);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].entries.front().position.index, Index{3});
}

TEST_F(Leader, TellsWhatIsCommittedAlongWithTheNextEntries) {
  lead_at_rest();
  raft_->propose(now_, EntryKind::command, Bytes::copy("x"));
  sync();
  accept(2, 3);
  ASSERT_EQ(raft_->committed(), at(2, 3));
  EXPECT_TRUE(raft_->commit_untold());
  EXPECT_TRUE(of_kind<AppendRequest>(outbox_.take(), 2).empty());
  raft_->propose(now_, EntryKind::command, Bytes::copy("y"));
  raft_->flush(now_);
  EXPECT_FALSE(raft_->commit_untold());
  const Effects effects = outbox_.take();
  for (const int follower : {2, 3}) {
    const auto appends = of_kind<AppendRequest>(effects, follower);
    ASSERT_EQ(appends.size(), 1U);
    EXPECT_EQ(appends[0].entries.size(), 1U);
    EXPECT_EQ(appends[0].commit, Index{3});
  }
}

TEST_F(Leader, TellsWhatIsCommittedByItselfWhenAsked) {
  start({});
  lead();
  accept(2, 2);
  accept(3, 2);
  EXPECT_TRUE(raft_->commit_untold());
  static_cast<void>(outbox_.take());
  raft_->tell_commit();
  EXPECT_FALSE(raft_->commit_untold());
  const Effects effects = outbox_.take();
  for (const int follower : {2, 3}) {
    const auto appends = of_kind<AppendRequest>(effects, follower);
    ASSERT_EQ(appends.size(), 1U);
    EXPECT_TRUE(appends[0].entries.empty());
    EXPECT_EQ(appends[0].commit, Index{2});
  }
  raft_->tell_commit();
  EXPECT_TRUE(outbox_.take().sends.empty());
}

TEST_F(Leader, ItsLastWordsSayThatTheChangeThatTookItsVoteIsCommitted) {
  start({});
  lead();
  accept(2, 2);
  accept(3, 2);
  Configuration without = voters(3);
  without.voters.erase(member(1));
  ASSERT_TRUE(raft_->propose_configuration(now_, without).has_value());
  sync();
  accept(2, 3);
  accept(3, 3);  // the joint one, which puts the next one behind it
  sync();
  accept(2, 4);
  effects();
  accept(3, 4);
  ASSERT_FALSE(raft_->leads());
  const auto appends = of_kind<AppendRequest>(outbox_.take(), 2);
  ASSERT_FALSE(appends.empty());
  EXPECT_EQ(appends.back().commit, Index{4});
}

TEST_F(Leader, AFollowerWithoutRoomIsToldOfTheCommitWhenItAnswers) {
  limits_.in_flight_messages_max = 2;
  lead_at_rest();
  for (const char* each : {"x", "y"}) {
    raft_->propose(now_, EntryKind::command, Bytes::copy(each));
    raft_->flush(now_);
  }
  sync();
  effects();
  accept(2, 3);
  accept(2, 4);
  ASSERT_EQ(raft_->committed(), at(2, 4));
  EXPECT_TRUE(sent_to<AppendRequest>(3).empty());
  accept(3, 3);
  const auto appends = sent_to<AppendRequest>(3);
  ASSERT_EQ(appends.size(), 1U);
  EXPECT_EQ(appends[0].commit, Index{4});
}

TEST_F(Leader, TakesNoMoreThanTheUncommittedBound) {
  limits_.uncommitted_max = 1000;
  start({});
  lead();
  int taken = 0;
  while (raft_->propose(now_, EntryKind::command, Bytes(std::vector<std::uint8_t>(100)))) ++taken;
  EXPECT_LE(taken, 10);
  EXPECT_TRUE(raft_->is_full());
  sync();
  accept(2, raft_->log().last().index.value());
  EXPECT_FALSE(raft_->is_full());
}

TEST_F(Leader, TakesNothingWhileTheUncommittedAreNotAllInMemory) {
  start({.terms = {1, 1, 1}, .commit = 0, .in_memory = 1});
  lead();
  EXPECT_FALSE(raft_->propose(now_, EntryKind::command, Bytes::copy("x")));
  accept(2, raft_->log().last().index.value());
  EXPECT_TRUE(raft_->propose(now_, EntryKind::command, Bytes::copy("x")));
}

TEST_F(Leader, LogTimeAddsOnlyItsOwnElapsedTime) {
  start({});
  lead();
  now_ += std::chrono::milliseconds{250};
  raft_->propose(now_, EntryKind::command, {});
  const LogTime first = raft_->log().recent(raft_->log().last().index)->time;
  now_ += std::chrono::milliseconds{40};
  raft_->propose(now_, EntryKind::command, {});
  EXPECT_EQ(raft_->log().recent(raft_->log().last().index)->time - first,
            std::chrono::milliseconds{40});
}

TEST_F(Leader, ConfigurationWaitsForAnEntryOfItsOwnTerm) {
  start({});
  lead();
  Configuration next = voters(3);
  next.learners.insert(member(4));
  EXPECT_FALSE(raft_->propose_configuration(now_, next));
  accept(2, 2);
  ASSERT_TRUE(raft_->settled());
  EXPECT_TRUE(raft_->propose_configuration(now_, next));
  next.learners.insert(member(5));
  EXPECT_FALSE(raft_->propose_configuration(now_, next));  // one change at a time
  sync();
  accept(2, 3);
  EXPECT_TRUE(raft_->propose_configuration(now_, next));
}

TEST_F(Leader, TruncatedWriteIsNotCountedAsDurable) {
  start({.terms = {1}});
  receive(2, append(1, at(1, 1), {command_at(1, 2), command_at(1, 3)}));
  const Effects first = effects();
  receive(3, append(2, at(1, 1), {command_at(2, 2)}));
  const Effects second = effects();
  receive(2, append(3, at(1, 1), {command_at(1, 2)}));  // 2 of term 1 again, now at term 3
  const Effects third = effects();
  raft_->persisted(now_, first.persists.back().ticket);
  EXPECT_EQ(raft_->durable(), at(1, 1));
  raft_->persisted(now_, second.persists.back().ticket);
  EXPECT_EQ(raft_->durable(), at(1, 1));
  raft_->persisted(now_, third.persists.back().ticket);
  EXPECT_EQ(raft_->durable(), at(1, 2));
}

}  // namespace
}  // namespace tessera::core
