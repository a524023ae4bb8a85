#include "replay_group.h"

#include <gtest/gtest.h>

#include <string>

namespace tessera::tests {
namespace {

using log_replay::Message;

ReplayGroup::Options group_of(unsigned members) {
  ReplayGroup::Options options;
  options.members = members;
  options.settings = small_chunks();
  options.log = {{1, 2, 5}, 700, 20};
  return options;
}

TEST(LogReplay, FetchesFromAllPeersAtOnceAndFromTheLeaderLeast) {
  ReplayGroup group(group_of(3));
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_EQ(group.joiner().done, group.target);
  EXPECT_EQ(group.joiner().committed, group.target);
  EXPECT_EQ(group.joiner().appended, 2100U);
  EXPECT_GT(group.served_by(2), 2100U / 4);
  EXPECT_GT(group.served_by(3), 2100U / 4);
  EXPECT_LT(group.served_by(1), group.served_by(2));
  EXPECT_LT(group.served_by(1), group.served_by(3));
}

TEST(LogReplay, LeavesTheLeaderAloneWhileOthersHaveRoom) {
  auto options = group_of(3);
  options.log = {{1}, 10, 20};
  ReplayGroup group(options);
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_EQ(group.served_by(1), 0U);
}

TEST(LogReplay, FetchesFromTheLeaderIfThereIsNobodyElse) {
  ReplayGroup group(group_of(1));
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_EQ(group.served_by(1), 2100U);
}

TEST(LogReplay, DoesNotNeedTheLeader) {
  ReplayGroup group(group_of(3));
  group.group.kill(group.member(1));
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplay, ReadsFromTheDiskWhatIsNotInMemory) {
  ReplayGroup group(group_of(2));
  group.member(1).log.recent_from(Index(2000));
  group.member(2).log.recent_from(Index(1500));
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_GT(group.served_by(2), 0U);
}

TEST(LogReplay, TakesEntriesLargerThanAChunk) {
  auto options = group_of(2);
  options.log = {{1, 2}, 40, 5000};
  ReplayGroup group(options);
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplay, ReassignsWhatADyingPeerWasAskedFor) {
  ReplayGroup group(group_of(3));
  group.open();
  ASSERT_TRUE(group.run_until_appended(300));
  group.group.kill(group.member(2));
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplay, UsesPeersThatCome) {
  auto options = group_of(2);
  options.log.count = 3000;
  ReplayGroup group(options);
  group.open();
  ASSERT_TRUE(group.run_until_appended(300));
  Member& late = group.add(9);
  late.log = group.member(1).log;
  late.committed = group.target;
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_GT(group.served_by(9), 1000U);
}

TEST(LogReplay, WaitsForThePeersIfThereAreNone) {
  ReplayGroup group(group_of(1));
  group.group.kill(group.member(1));
  group.open();
  EXPECT_FALSE(group.finish(std::chrono::seconds{20}));
  group.group.revive(group.member(1));
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplay, ASilentPeerHoldsNothingUp) {
  ReplayGroup group(group_of(3));
  group.member(2).distort = [](const Bytes&) { return std::nullopt; };
  group.open();
  ASSERT_TRUE(group.finish(std::chrono::seconds{5}));
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplay, APeerThatStopsDeliveringIsReplacedAndAskedForLess) {
  auto options = group_of(3);
  options.log.count = 3000;
  ReplayGroup group(options);
  group.open();
  ASSERT_TRUE(group.run_until_appended(500));
  group.member(3).slowness = std::chrono::seconds{3};
  const std::uint64_t served = group.served_by(3);
  ASSERT_TRUE(group.finish(std::chrono::seconds{15}));
  EXPECT_TRUE(group.caught_up());
  EXPECT_LT(group.served_by(3) - served, 400U);
}

TEST(LogReplay, SurvivesAFullLane) {
  auto options = group_of(2);
  options.weather.lane_bytes = 1500;
  ReplayGroup group(options);
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplay, FetchesBelowWhatOnePeerHasPrunedFromTheOthers) {
  ReplayGroup group(group_of(3));
  group.member(1).log.prune_upto(Index(1900));
  group.member(2).log.prune_upto(Index(1000));
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_LE(group.served_by(1), 200U);
  EXPECT_LE(group.served_by(2), 1100U);
}

TEST(LogReplay, FailsIfEveryPeerHasPrunedWhatItNeeds) {
  ReplayGroup group(group_of(3));
  for (unsigned number : {1U, 2U, 3U}) group.member(number).log.prune_upto(Index(5));
  group.open();
  ASSERT_TRUE(group.finish());
  ASSERT_TRUE(group.joiner().failed);
  EXPECT_NE(group.joiner().failed->find("entry 1 is gone"), std::string::npos)
      << *group.joiner().failed;
}

TEST(LogReplay, PeersServeOnlyWhatTheyKnowToBeCommitted) {
  ReplayGroup group(group_of(2));
  // What it holds beyond, it cannot know to be committed: its log ends below the session's target.
  group.member(2).log.truncate_from(Index(700));
  group.member(2).committed = {Term(1), Index(350)};
  std::uint64_t highest = 0;
  group.distort(2, [&](Message& message) {
    const auto* chunk = std::get_if<log_replay::Chunk>(&message.body);
    if (chunk != nullptr) highest = chunk->entries.back().position.index.value();
    EXPECT_LE(highest, 350U);
  });
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_GT(highest, 0U);
}

TEST(LogReplay, APeerThatHoldsTheTargetServesUpToIt) {
  ReplayGroup group(group_of(2));
  // As a leader just elected, which needs the joiner's vote before it knows what is committed.
  for (unsigned number : {1U, 2U}) group.member(number).committed = {Term(1), Index(350)};
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplay, AMemberInASessionServesWhatItHasCommitted) {
  ReplayGroup group(group_of(2));
  Member& other = group.add(7);
  for (Index at(1); at <= Index(800); ++at) {
    other.log.append(group.member(1).log.at(at)->entry);
  }
  other.committed = other.log.last();
  other.slowness = std::chrono::milliseconds{1};
  other.open_session({group.target, group.target.index, {}});
  group.open();
  const auto both_done = [&] { return group.joiner().done && other.done; };
  ASSERT_TRUE(group.group.run_until(both_done, std::chrono::seconds{60}));
  EXPECT_TRUE(group.caught_up());
  EXPECT_TRUE(other.log.holds(group.target));
  EXPECT_GT(group.served_by(7), 0U);
}

TEST(LogReplay, BeginsWhereTheLocalLogLeavesTheCommittedOne) {
  ReplayGroup group(group_of(3));
  Member& joiner = group.joiner();
  for (Index at(1); at <= Index(1000); ++at) {
    joiner.log.append(group.member(1).log.at(at)->entry);
  }
  joiner.committed = {Term(1), Index(10)};
  extend(joiner.log, {{3, 4}, 30, 5});  // what a leader wrote that nobody followed
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_EQ(joiner.appended, 1100U);
  EXPECT_EQ(joiner.log.last(), group.target);
}

TEST(LogReplay, ReplacesALocalTailThatReachesBeyondTheTarget) {
  ReplayGroup group(group_of(2));
  Member& joiner = group.joiner();
  extend(joiner.log, {{1}, 100, 20});
  joiner.committed = joiner.log.last();
  extend(joiner.log, {{2}, 3000, 21});
  joiner.log.truncate_from(Index(101));
  extend(joiner.log, {{1}, 2500, 20});
  extend(joiner.log, {{4}, 10, 20});
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_EQ(joiner.log.last(), group.target);
}

TEST(LogReplay, IsDoneAtOnceIfTheLogHoldsTheTarget) {
  ReplayGroup group(group_of(2));
  group.joiner().log = group.member(1).log;
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_EQ(group.joiner().appended, 0U);
  EXPECT_EQ(group.joiner().committed, group.target);
}

TEST(LogReplay, ContinuesAfterARestartWhereItWas) {
  ReplayGroup group(group_of(3));
  group.open();
  ASSERT_TRUE(group.run_until_appended(1000));
  Member& joiner = group.joiner();
  const std::size_t held = joiner.appended;
  joiner.run(group.joining());
  group.group.now += std::chrono::seconds{1};
  std::uint64_t lowest = ~std::uint64_t{0};
  for (unsigned number : {1U, 2U, 3U}) {
    group.distort(number, [&](Message& message) {
      const auto* chunk = std::get_if<log_replay::Chunk>(&message.body);
      if (chunk != nullptr) lowest = std::min(lowest, chunk->preceding.index.value());
    });
  }
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_EQ(joiner.appended, 2100U);
  EXPECT_GE(lowest, held);
}

TEST(LogReplay, AChangeOfLeaderDoesNotRestartTheTransfer) {
  ReplayGroup group(group_of(3));
  group.open();
  ASSERT_TRUE(group.run_until_appended(700));
  group.group.leader = peer(2);
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_EQ(group.joiner().appended, 2100U);
}

TEST(LogReplay, ReportsProgressUpToTheWhole) {
  ReplayGroup group(group_of(3));
  group.open();
  SyncProgress last;
  bool grew = true;
  group.group.watch = [&] {
    const SyncProgress& now = group.joiner().progress;
    grew = grew && now.entries_done >= last.entries_done && now.bytes_done >= last.bytes_done;
    last = now;
  };
  ASSERT_TRUE(group.run_until_appended(500));
  EXPECT_EQ(last.entries_total, 2100U);
  EXPECT_GE(last.entries_done, 500U);
  EXPECT_GT(last.bytes_total, last.bytes_done);
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(grew);
  EXPECT_EQ(last.entries_done, 2100U);
  EXPECT_EQ(last.bytes_done, last.bytes_total);
}

}  // namespace
}  // namespace tessera::tests
