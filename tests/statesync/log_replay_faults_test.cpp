#include "replay_group.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace tessera::tests {
namespace {

using log_replay::Chunk;
using log_replay::Message;
using log_replay::Offer;

ReplayGroup::Options group_of(unsigned members) {
  ReplayGroup::Options options;
  options.members = members;
  options.settings = small_chunks();
  options.log = {{1, 2, 5}, 700, 20};
  return options;
}

/// Every entry says that it is of `term`.
void relabel(Chunk& chunk, Term term) {
  for (RawEntry& entry : chunk.entries) entry.position.term = term;
}

TEST(LogReplayFaults, ChunksOfAnotherLogAreNotTakenAndTheirPeerIsDropped) {
  ReplayGroup group(group_of(3));
  std::size_t lies = 0;
  group.distort(2, [&](Message& message) {
    auto* chunk = std::get_if<Chunk>(&message.body);
    if (chunk == nullptr || lies++ < 2) return;
    relabel(*chunk, Term(4));
  });
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_GT(lies, 2U);
  EXPECT_LE(lies, 2U + small_chunks().in_flight);
}

TEST(LogReplayFaults, ChunksWithHolesAreNotTaken) {
  ReplayGroup group(group_of(3));
  group.distort(3, [](Message& message) {
    auto* chunk = std::get_if<Chunk>(&message.body);
    if (chunk == nullptr || chunk->entries.size() < 3) return;
    chunk->entries.erase(chunk->entries.begin() + 1);
  });
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplayFaults, EmptyChunksAreNotWaitedFor) {
  ReplayGroup group(group_of(3));
  group.distort(3, [](Message& message) {
    auto* chunk = std::get_if<Chunk>(&message.body);
    if (chunk != nullptr) chunk->entries.clear();
  });
  group.open();
  ASSERT_TRUE(group.finish(std::chrono::seconds{5}));
  EXPECT_TRUE(group.caught_up());
}

/// What a member says that holds another log: as long, but written in other terms.
void offer_of_another_log(Message& message) {
  auto* offer = std::get_if<Offer>(&message.body);
  if (offer == nullptr) return;
  FakeLog other;
  extend(other, {{1}, 300, 0});
  extend(other, {{3}, 1799, 0});
  extend(other, {{5}, 1, 0});
  offer->terms = log_replay::TermRuns::of(other, {Index(0), Index(2100)});
}

TEST(LogReplayFaults, WhereOffersContradictTheLeaderIsRight) {
  ReplayGroup group(group_of(3));
  for (unsigned number : {2U, 3U}) group.distort(number, offer_of_another_log);
  group.member(1).slowness = std::chrono::milliseconds{20};  // heard last
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplayFaults, WithoutTheLeaderTheMajorityIsRight) {
  ReplayGroup group(group_of(4));
  group.distort(2, offer_of_another_log);
  group.group.kill(group.member(1));
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplayFaults, WithoutLeaderAndMajorityNothingIsBelieved) {
  ReplayGroup group(group_of(3));
  group.distort(2, offer_of_another_log);
  group.group.kill(group.member(1));
  group.open();
  EXPECT_FALSE(group.finish(std::chrono::seconds{10}));
  EXPECT_LE(group.joiner().log.last().index, Index(2100));
  group.group.revive(group.member(1));
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplayFaults, AnOfferThatContradictsTheTargetOrTheLocalCommitIsNotBelieved) {
  ReplayGroup group(group_of(3));
  group.distort(2, [](Message& message) {
    auto* offer = std::get_if<Offer>(&message.body);
    if (offer == nullptr) return;
    FakeLog other;
    extend(other, {{2}, 2100, 0});
    offer->terms = log_replay::TermRuns::of(other, {Index(0), Index(2100)});
  });
  group.group.kill(group.member(1));
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplayFaults, FailsIfEveryPeerContradictsTheCommittedLog) {
  ReplayGroup group(group_of(2));
  for (unsigned number : {1U, 2U}) {
    group.distort(number, [](Message& message) {
      if (auto* chunk = std::get_if<Chunk>(&message.body)) relabel(*chunk, Term(4));
    });
  }
  group.open();
  ASSERT_TRUE(group.finish());
  ASSERT_TRUE(group.joiner().failed);
  EXPECT_NE(group.joiner().failed->find("contradicted"), std::string::npos);
}

TEST(LogReplayFaults, EntriesThatTheLogRefusesAreFetchedElsewhere) {
  // Right positions, but it says that they follow something else than they do.
  ReplayGroup group(group_of(2));
  group.member(1).log.prune_upto(Index(50));
  group.joiner().log.reset({Term(1), Index(50)});
  group.joiner().committed = {Term(1), Index(50)};
  group.distort(2, [](Message& message) {
    auto* chunk = std::get_if<Chunk>(&message.body);
    if (chunk != nullptr) chunk->preceding.term = Term(0);
  });
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
}

TEST(LogReplayFaults, AnswersToAnEarlierSessionAreIgnored) {
  ReplayGroup group(group_of(2));
  group.distort(2, [](Message& message) { message.session += 1; });
  group.open();
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_EQ(group.served_by(2), 0U);
}

TEST(LogReplayBounds, WhatWaitsAndWhatIsAskedForStaysWithinTheBuffer) {
  auto options = group_of(4);
  options.log.count = 2000;
  options.settings.buffer_bytes = 6 * options.settings.chunk_bytes;
  options.weather.delay_max = std::chrono::milliseconds{40};
  options.weather.loss_permille = 50;
  ReplayGroup group(options);
  group.open();
  std::size_t most = 0;
  group.group.watch = [&] {
    if (group.joiner().session() == nullptr) return;
    const auto load = group.joining().session()->load();
    most = std::max(most, load.waiting + load.asked);
  };
  ASSERT_TRUE(group.finish(std::chrono::seconds{600}));
  EXPECT_TRUE(group.caught_up());
  EXPECT_LE(most, options.settings.buffer_bytes + options.settings.chunk_bytes);
  EXPECT_GE(most, options.settings.buffer_bytes / 2);
}

TEST(LogReplayBounds, NoPeerIsAskedForMoreChunksThanItsWindow) {
  auto options = group_of(3);
  options.settings.in_flight = 3;
  options.log.count = 2000;
  ReplayGroup group(options);
  std::size_t most = 0;
  group.distort(4, [&](Message& message) {
    if (const auto* fetch = std::get_if<log_replay::Fetch>(&message.body)) {
      EXPECT_LE(fetch->bytes_max, options.settings.chunk_bytes);
    }
  });
  group.group.watch = [&] {
    if (group.joiner().session() == nullptr) return;
    most = std::max(most, group.joining().session()->load().asked);
  };
  group.open();
  ASSERT_TRUE(group.finish());
  // Two followers with full windows, and the leader with one chunk at a time beside them.
  EXPECT_LE(most, 7 * options.settings.chunk_bytes);
}

TEST(LogReplayBounds, AProviderKeepsABoundedNumberOfRequestsAndSaysBusy) {
  ReplayGroup group(group_of(1));
  Member& asker = group.joiner();
  std::size_t busy = 0;
  group.distort(1, [&](Message& message) {
    const auto* refusal = std::get_if<log_replay::Refusal>(&message.body);
    busy += refusal != nullptr && refusal->reason == log_replay::Refusal::Reason::busy ? 1 : 0;
  });
  for (std::uint64_t request = 1; request <= 500; ++request) {
    const log_replay::Fetch fetch{request, {Index(1), Index(2100)}, 1U << 30U};
    group.replay(1).provider()->receive(Message{1, fetch}, asker.id,
                                        group.member(1).provider_context());
  }
  EXPECT_EQ(group.replay(1).provider()->load().requests, log_replay::Provider::requests_max);
  EXPECT_EQ(busy, 500 - log_replay::Provider::requests_max);
}

TEST(LogReplayBounds, AProviderHoldsOneUnsentChunkForEachPeer) {
  auto options = group_of(1);
  options.weather.lane_bytes = 1;
  options.weather.delay_max = std::chrono::milliseconds{50};
  ReplayGroup group(options);
  std::size_t most = 0;
  group.group.watch = [&] { most = std::max(most, group.replay(1).provider()->load().unsent); };
  group.open();
  ASSERT_TRUE(group.run_until_appended(200));
  EXPECT_GT(most, 0U);
  EXPECT_LE(most, 2 * options.settings.chunk_bytes);
}

TEST(LogReplayBounds, AProviderServesThoseWhoAskInTurn) {
  ReplayGroup group(group_of(1));
  Member& greedy = group.joiner();
  Member& modest = group.add(9);
  std::vector<std::uint64_t> order;
  group.distort(1, [&](Message& message) {
    if (std::holds_alternative<Chunk>(message.body)) order.push_back(message.session);
  });
  auto& cx = group.member(1).provider_context();
  auto& provider = *group.replay(1).provider();
  for (std::uint64_t request = 1; request <= 20; ++request) {
    const log_replay::Fetch fetch{request, {Index(1), Index(50)}, 1000};
    provider.receive(Message{1, fetch}, greedy.id, cx);
  }
  provider.receive(Message{2, log_replay::Fetch{1, {Index(1), Index(50)}, 1000}}, modest.id, cx);
  while (provider.poll(cx)) {
  }
  ASSERT_EQ(order.size(), 21U);
  EXPECT_TRUE(order[0] == 2 || order[1] == 2);
}

std::vector<LogEntry> tail_of(const FakeLog& log, Index from) { return log.read(from, 1U << 30U); }

TEST(LogReplayLiveEntries, AreAppendedOnceTheTargetIsReached) {
  ReplayGroup group(group_of(2));
  FakeLog leader = group.member(1).log;
  extend(leader, {{5, 6}, 10, 3});
  group.open(tail_of(leader, group.target.index + 1));
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_EQ(group.joiner().done, leader.last());
  EXPECT_EQ(group.joiner().log, leader);
  EXPECT_EQ(group.joiner().committed, group.target);
}

TEST(LogReplayLiveEntries, EndAtTheFirstHole) {
  ReplayGroup group(group_of(2));
  FakeLog leader = group.member(1).log;
  extend(leader, {{5}, 10, 3});
  group.open();
  group.joiner().buffer({*leader.at(Index(2101)), *leader.at(Index(2102))});
  group.joiner().buffer({*leader.at(Index(2104))});
  ASSERT_TRUE(group.finish());
  EXPECT_TRUE(group.caught_up());
  EXPECT_EQ(group.joiner().done, leader.at(Index(2102))->entry.position);
}

TEST(LogReplayLiveEntries, OfALaterLeaderReplaceThoseOfAnEarlierOne) {
  ReplayGroup group(group_of(2));
  FakeLog earlier = group.member(1).log;
  FakeLog later = earlier;
  extend(earlier, {{6}, 10, 3});
  extend(later, {{7}, 4, 3});
  group.open(tail_of(earlier, group.target.index + 1));
  group.joiner().buffer(tail_of(later, group.target.index + 1));
  group.joiner().buffer(tail_of(earlier, group.target.index + 1));
  ASSERT_TRUE(group.finish());
  EXPECT_EQ(group.joiner().log, later);
}

TEST(LogReplayLiveEntries, AreBounded) {
  const Cursor target{};
  log_replay::LiveEntries live({target, 5000});
  FakeLog log;
  extend(log, {{1}, 1000, 20});
  live.keep(tail_of(log, Index(1)));
  EXPECT_LE(live.bytes(), 5000U);
  EXPECT_GT(live.bytes(), 4000U);
}

}  // namespace
}  // namespace tessera::tests
