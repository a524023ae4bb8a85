#include "raft_fixture.h"

namespace tessera::core {
namespace {

/// How a leader feeds followers that were silent, slow or unsure for a while.
class Replication : public RaftTest {
 protected:
  void propose() {
    raft_->propose(now_, EntryKind::command, Bytes::copy("x"));
    raft_->flush(now_);
  }

  void answer_heartbeat(int from) {
    HeartbeatResponse alive;
    alive.term = raft_->term();
    receive(from, alive);
  }

  Progress::State state_of(int follower) const {
    return raft_->progress().at(member(follower)).state();
  }
};

TEST_F(Replication, FollowerThatAnswersAfterTheCommitIsToldOfIt) {
  start({});
  lead();
  accept(2, 2);
  ASSERT_EQ(raft_->committed(), at(2, 2));
  effects();
  accept(3, 2);  // its probe was out when the entry was committed
  const auto told = sent_to<AppendRequest>(3);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].entries.empty());
  EXPECT_EQ(told[0].commit, Index{2});
}

TEST_F(Replication, FollowerIsToldOfACommitOnce) {
  lead_at_rest();
  accept(3, 2);
  EXPECT_TRUE(sent_to<AppendRequest>(3).empty());
}

TEST_F(Replication, FollowerWithAFullWindowGetsNothingUntilItIsHeardFrom) {
  limits_.in_flight_messages_max = 2;
  start({});
  lead();
  accept(2, 2);
  accept(3, 2);
  propose();
  propose();
  sync();
  accept(2, 3);
  accept(2, 4);
  ASSERT_EQ(raft_->committed(), at(2, 4));
  EXPECT_TRUE(sent_to<AppendRequest>(3).empty());
  // Whether what filled the window was lost is asked once for each sign of life.
  answer_heartbeat(3);
  const auto probe = sent_to<AppendRequest>(3);
  ASSERT_EQ(probe.size(), 1U);
  EXPECT_TRUE(probe[0].entries.empty());
  EXPECT_EQ(probe[0].preceding, at(2, 4));
}

TEST_F(Replication, FollowerThatHoldsEverythingDoesNotStayInProbe) {
  start({});
  lead();
  accept(2, 2);
  raft_->peer_down(member(2));
  raft_->peer_up(now_, member(2));
  effects();  // the probe of the new bond is lost
  ASSERT_EQ(state_of(2), Progress::State::probe);
  answer_heartbeat(2);
  ASSERT_EQ(sent_to<AppendRequest>(2).size(), 1U);
  accept(2, 2);
  EXPECT_EQ(state_of(2), Progress::State::replicate);
}

TEST_F(Replication, ARefusalOfWhatIsKnownToMatchIsAnOldOne) {
  start({});
  lead();
  accept(3, 2);
  propose();
  sync();
  accept(3, 3);
  AppendResponse old;
  old.term = raft_->term();
  old.rejected = true;
  old.index = Index{1};
  receive(3, old);
  EXPECT_EQ(state_of(3), Progress::State::replicate);
  EXPECT_EQ(raft_->progress().at(member(3)).match(), Index{3});
  EXPECT_EQ(raft_->progress().at(member(3)).next(), Index{4});
}

TEST_F(Replication, FollowerWhoseNextEntryIsPrunedIsOfferedASession) {
  limits_.in_flight_messages_max = 2;
  start({});
  lead();
  accept(2, 2);
  accept(3, 2);
  for (std::uint64_t index = 3; index <= 5; ++index) {
    propose();
    sync();
    accept(2, index);
  }
  // Its window is full and open for an append without entries, but what goes before it is gone.
  raft_->prune(at(2, 5));
  effects();
  answer_heartbeat(3);
  const auto offered = sent_to<SyncOffer>(3);
  ASSERT_EQ(offered.size(), 1U);
  EXPECT_EQ(offered[0].target, at(2, 5));
}

TEST_F(Replication, EntriesReadBackThatArePrunedMeanwhileAreNotSent) {
  start({});
  lead();
  accept(2, 2);
  raft_->prune(at(2, 2));
  effects();
  raft_->entries_read(now_, member(3), {command_at(2, 2)});
  EXPECT_TRUE(sent_to<AppendRequest>(3).empty());
}

TEST(Progress, ABatchThatFillsTheCreditOfASessionLeavesNone) {
  Progress progress(Index{1}, InFlight::Limits{1, 1});
  progress.syncing({1, at(1, 5), 100}, Index{5});
  ASSERT_TRUE(progress.within_credit(100));
  progress.sent(Index{6}, 100);
  EXPECT_FALSE(progress.within_credit(1));
}

}  // namespace
}  // namespace tessera::core
