#include "fake_group.h"
#include "machines.h"
#include <tessera/groups/command_envelope.h>
#include <tessera/statesync/adapter.h>

#include <gtest/gtest.h>

namespace tessera::tests {
namespace {

ApplyContext at(std::uint64_t index) {
  ApplyContext::Facts facts;
  facts.position = {Term(1), Index(index)};
  return ApplyContext(facts);
}

TEST(MachineAdapter, AppliesCommandsAndEncodesResults) {
  MachineAdapter<Counter> adapter{Counter{}};
  const auto result = adapter.apply(encode(Counter::Add{5}), at(1));
  ASSERT_TRUE(result);
  EXPECT_EQ(decode<std::int64_t>(*result), 5);
  EXPECT_EQ(*adapter.query(Counter::Get{}), 5);
  EXPECT_EQ(adapter.machine().query({}), 5);
}

TEST(MachineAdapter, AcceptsWhatDecodesAsACommand) {
  const MachineAdapter<Counter> adapter{Counter{}};
  EXPECT_TRUE(adapter.accepts(encode(Counter::Add{5}).view()));
  EXPECT_FALSE(adapter.accepts(as_bytes("123")));
  EXPECT_FALSE(adapter.accepts(as_bytes("123456789")));
}

TEST(MachineAdapter, ACommandThatDoesNotDecodeIsAMachineFailure) {
  MachineAdapter<Counter> adapter{Counter{}};
  const auto result = adapter.apply(Bytes::copy("123"), at(7));
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(Errc::machine_failed));
  EXPECT_NE(result.error().message().find("1:7"), std::string::npos);
}

TEST(MachineAdapter, AnExceptionFromApplyIsAMachineFailureWithItsText) {
  MachineAdapter<Notebook> adapter([] { return Notebook("first;"); });
  ASSERT_TRUE(adapter.apply(encode(Notebook::Line{"one"}), at(1)));
  const auto thrown = adapter.apply(encode(Notebook::Line{"throw"}), at(2));
  ASSERT_FALSE(thrown);
  EXPECT_TRUE(thrown.error().is(Errc::machine_failed));
  EXPECT_NE(thrown.error().message().find("the pen broke"), std::string::npos);
  EXPECT_FALSE(adapter.apply(encode(Notebook::Line{"throw a number"}), at(2)));
  EXPECT_EQ(adapter.machine().text(), "first;one@1:1;");
}

TEST(MachineAdapter, ResetMakesTheInitialMachineAgain) {
  MachineAdapter<Notebook> made([] { return Notebook("first;"); });
  ASSERT_TRUE(made.apply(encode(Notebook::Line{"one"}), at(1)));
  ASSERT_TRUE(made.reset());
  EXPECT_EQ(made.machine().text(), "first;");

  Counter five;
  five.apply({5}, at(1));
  MachineAdapter<Counter> copied{five};
  ASSERT_TRUE(copied.apply(encode(Counter::Add{2}), at(2)));
  ASSERT_TRUE(copied.reset());
  EXPECT_EQ(copied.machine().query({}), 5);
}

TEST(MachineAdapter, AFactoryThatThrowsLeavesTheMachineAsItIs) {
  int made = 0;
  MachineAdapter<Notebook> adapter([&made] {
    if (made++ > 0) throw std::runtime_error("no more paper");
    return Notebook("first;");
  });
  const auto reset = adapter.reset();
  ASSERT_FALSE(reset);
  EXPECT_NE(reset.error().message().find("no more paper"), std::string::npos);
  EXPECT_EQ(adapter.machine().text(), "first;");
}

TEST(MachineAdapter, KnowsTheDurablePositionOfMachinesThatKeepOne) {
  const MachineAdapter<Notebook> keeps([] { return Notebook(""); });
  EXPECT_EQ(keeps.durable_position(), (Cursor{Term(3), Index(9)}));
  const MachineAdapter<Counter> does_not{Counter{}};
  EXPECT_EQ(does_not.durable_position(), std::nullopt);
}

TEST(MachineAdapter, StatesBothSignatures) {
  const MachineAdapter<Counter> adapter{Counter{}};
  EXPECT_EQ(adapter.signature(), Counter{}.signature());
  EXPECT_EQ(adapter.strategy_signature(), LogReplay<Counter>{}.signature());
  EXPECT_FALSE(adapter.saves());
}

TEST(LogReplaySettings, WhatBothEndsMustAgreeOnIsInTheSignature) {
  const LogReplay<Counter> plain;
  EXPECT_EQ(plain.signature(), LogReplay<Counter>{}.chunk_bytes(1U << 20U).signature());
  EXPECT_NE(plain.signature(), plain.chunk_bytes(1U << 19U).signature());
}

TEST(LogReplaySettings, EachMembersOwnChoicesAreNotInTheSignature) {
  const LogReplay<Counter> plain;
  const auto tuned = plain.in_flight(9)
                         .buffer_bytes(8U << 20U)
                         .request_timeout(std::chrono::seconds{9})
                         .ask_again(std::chrono::seconds{5});
  EXPECT_EQ(plain.signature(), tuned.signature());
}

TEST(LogReplaySettingsDeathTest, OutOfBoundsEndTheProcess) {
  log_replay::Settings settings;
  settings.chunk_bytes = 3;
  EXPECT_DEATH(settings.check_bounds(), "chunk_bytes");
}

/// The log of a group of counters.
FakeLog counter_log(std::uint64_t count) {
  FakeLog log;
  for (std::uint64_t number = 1; number <= count; ++number) {
    RawEntry entry = next_entry(log, Term(1 + number / 100));
    const Counter::Add add{static_cast<std::int64_t>(number)};
    entry.data = CommandEnvelope::wrap({}, encode(add).view());
    log.append(entry);
  }
  return log;
}

TEST(LogReplayTyped, BringsAMemberUpToDateThroughTheAdapter) {
  FakeGroup group(1);
  std::vector<std::unique_ptr<MachineAdapter<Counter>>> adapters;
  const FakeLog log = counter_log(1000);
  for (unsigned number : {1U, 2U, 3U}) {
    Member& member = group.add(number);
    adapters.push_back(std::make_unique<MachineAdapter<Counter>>(Counter{}));
    member.run(*adapters.back());
    if (number == 3) continue;
    member.log = log;
    member.committed = log.last();
  }
  group.leader = peer(1);
  Member& joiner = group.at(peer(3));
  FakeLog longer = log;
  longer.append(next_entry(longer, longer.last().term));
  joiner.open_session({log.last(), log.last().index, {*longer.at(Index(1001))}});
  ASSERT_TRUE(group.run_until([&] { return joiner.done.has_value(); }, std::chrono::seconds{30}));
  EXPECT_EQ(joiner.log, longer);
  EXPECT_EQ(joiner.done, longer.last());
  EXPECT_GT(group.at(peer(2)).bytes_sent, 0U);
}

TEST(LogReplayTyped, MessagesThatDoNotDecodeAreDroppedAndTold) {
  FakeGroup group(1);
  Member& member = group.add(1);
  MachineAdapter<Counter> adapter{Counter{}};
  std::vector<SyncEvent> events;
  adapter.observe([&](const SyncEvent& event) { events.push_back(event); });
  member.run(adapter);
  EXPECT_FALSE(
      member.provider()->receive(Bytes::copy("garbage"), peer(2), member.provider_context()));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, SyncEvent::Kind::undecodable_message);
  EXPECT_EQ(events[0].peer, peer(2));
}

}  // namespace
}  // namespace tessera::tests
