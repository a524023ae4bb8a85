#include <tessera/groups/core/exactly_once/session_table.h>
#include <tessera/primitives/codec.h>

#include <gtest/gtest.h>

#include <string>

namespace tessera::core {
namespace {

using Verdict = SessionTable::Verdict;

SessionOwner owner(const std::string& name, std::uint64_t run = 1) {
  return {PeerId(UniqueId::from(name)), run};
}

CommandOutcome returned(std::uint64_t index, const std::string& result) {
  return {{Term{1}, Index{index}}, CommandOutcome::Kind::returned, Bytes::copy(result)};
}

class Table : public testing::Test {
 protected:
  std::optional<SessionNumber> open(std::uint64_t index, const OpenSession& opening) {
    return table_.open(Index{index}, opening, settings_);
  }
  Verdict admit(std::uint64_t sequence, std::uint64_t unanswered = 1) {
    return table_.admit({number_, Sequence{sequence}, Sequence{unanswered}}, settings_);
  }
  /// Admits the command and says it ran, at the index ten times its sequence.
  void run(std::uint64_t sequence, std::uint64_t unanswered = 1) {
    ASSERT_EQ(admit(sequence, unanswered), Verdict::run);
    table_.record(number_, returned(10 * sequence, "result " + std::to_string(sequence)));
  }
  const CommandOutcome* outcome(std::uint64_t sequence) const {
    return table_.outcome(number_, Sequence{sequence});
  }
  void begin() { ASSERT_EQ(open(3, {owner("a"), {}}), number_); }

  GroupSettings settings_;
  SessionTable table_;
  const SessionNumber number_{3};
};

TEST_F(Table, ASessionsNumberIsTheIndexOfItsEntry) {
  EXPECT_EQ(open(7, {owner("a"), {}}), SessionNumber{7});
  EXPECT_EQ(open(9, {owner("b"), {}}), SessionNumber{9});
}

TEST_F(Table, ARepeatedOpeningIsKnownByItsNonce) {
  EXPECT_EQ(open(7, {owner("a"), {1, 1}}), SessionNumber{7});
  EXPECT_EQ(open(8, {owner("a"), {1, 1}}), SessionNumber{7});
  EXPECT_EQ(open(9, {owner("a"), {1, 2}}), SessionNumber{9});
  EXPECT_EQ(open(10, {owner("a"), {2, 1}}), SessionNumber{10});
  EXPECT_EQ(open(11, {owner("a", 2), {1, 1}}), SessionNumber{11});
  EXPECT_EQ(table_.sessions().size(), 4U);
}

TEST_F(Table, OnlyTheNextCommandRuns) {
  begin();
  EXPECT_EQ(admit(2), Verdict::again);
  run(1);
  EXPECT_EQ(admit(1), Verdict::repeated);
  EXPECT_EQ(admit(3), Verdict::again);
  run(2);
  EXPECT_EQ(admit(2), Verdict::repeated);
}

TEST_F(Table, ACommandOfAnUnknownSessionNeverRuns) {
  EXPECT_EQ(admit(1), Verdict::unknown);
  begin();
  run(1);
  EXPECT_TRUE(table_.close(number_));
  EXPECT_FALSE(table_.close(number_));
  EXPECT_EQ(admit(2), Verdict::unknown);
}

TEST_F(Table, OnlyResultsBelowTheLowestUnansweredAreDropped) {
  begin();
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) run(sequence);
  run(5, 3);
  EXPECT_EQ(outcome(2), nullptr);
  ASSERT_NE(outcome(3), nullptr);
  EXPECT_EQ(*outcome(3), returned(30, "result 3"));
  EXPECT_EQ(*outcome(5), returned(50, "result 5"));
  EXPECT_EQ(outcome(6), nullptr);
  // Late copies say less, never more.
  EXPECT_EQ(admit(2, 1), Verdict::repeated);
  EXPECT_NE(outcome(3), nullptr);
}

TEST_F(Table, AClientThatClaimsTooMuchOnlyForgetsItsOwnResults) {
  begin();
  run(1);
  EXPECT_EQ(admit(2, 1000), Verdict::run);
  table_.record(number_, returned(20, "result 2"));
  EXPECT_EQ(outcome(1), nullptr);
  EXPECT_NE(outcome(2), nullptr);
  EXPECT_TRUE(table_.validate());
}

TEST_F(Table, ResultsAreBoundedInBytesButOneAlwaysFits) {
  settings_.session_bytes_max = 50;
  begin();
  run(1);
  run(2);
  EXPECT_EQ(admit(3), Verdict::again);
  // The client has its answers: it says so, and gets on.
  EXPECT_EQ(admit(3, 3), Verdict::run);
  settings_.session_bytes_max = 0;
  table_.record(number_, returned(30, std::string(1000, 'x')));
  EXPECT_EQ(admit(4, 3), Verdict::again);
  EXPECT_EQ(admit(4, 4), Verdict::run);
}

TEST_F(Table, ResultsAreBoundedInNumber) {
  settings_.session_bytes_max = 64U << 20U;
  begin();
  for (std::uint64_t sequence = 1; sequence <= SessionTable::outcomes_max; ++sequence) {
    run(sequence);
  }
  EXPECT_EQ(admit(SessionTable::outcomes_max + 1), Verdict::again);
  EXPECT_EQ(admit(SessionTable::outcomes_max + 1, 2), Verdict::run);
}

TEST_F(Table, SessionsAreBoundedInNumber) {
  settings_.sessions_max = 2;
  EXPECT_TRUE(open(1, {owner("a"), {}}));
  EXPECT_TRUE(open(2, {owner("b"), {}}));
  EXPECT_FALSE(open(3, {owner("c"), {}}));
  EXPECT_EQ(open(4, {owner("b"), {}}), SessionNumber{2});
  table_.close(SessionNumber{1});
  EXPECT_TRUE(open(5, {owner("c"), {}}));
}

TEST_F(Table, ComesBackFromItsBytesAndGoesOnAsBefore) {
  begin();
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) run(sequence, 2);
  const Bytes bytes = encode(table_);
  auto decoded = decode<SessionTable>(bytes);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->validate());
  EXPECT_EQ(encode(*decoded), bytes);
  table_ = *std::move(decoded);
  EXPECT_EQ(admit(3), Verdict::repeated);
  EXPECT_EQ(table_.find(owner("a"), {}), number_);
  run(4, 4);
  // What is kept is also counted as before.
  EXPECT_EQ(table_.find(number_)->bytes, SessionTable::outcome_overhead + 8);
}

TEST_F(Table, OneThatNoLogLeadsToIsMalformed) {
  std::map<SessionNumber, SessionRecord> sessions;
  sessions[number_].outcomes.push_back(returned(1, "more outcomes than commands"));
  auto decoded = decode<SessionTable>(encode(sessions));
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->validate().error().is(Errc::malformed));
  sessions[number_].last = Sequence{1};
  EXPECT_TRUE(decode<SessionTable>(encode(sessions))->validate());
  sessions[number_].outcomes.front().kind = static_cast<CommandOutcome::Kind>(9);
  EXPECT_FALSE(decode<SessionTable>(encode(sessions))->validate());
}

TEST(SessionChange, ComesBackAsItWent) {
  const std::vector<SessionChange> changes{
      OpenSession{owner("a", 5), {6, 7}}, CloseSessions{{SessionNumber{1}, SessionNumber{2}}},
      ReplaceCommand{{SessionNumber{1}, Sequence{2}, Sequence{1}}}};
  for (const SessionChange& change : changes) {
    const Bytes data = encode_session_change(change);
    const auto decoded = decode_session_change(data);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(encode_session_change(*decoded), data);
  }
  EXPECT_FALSE(decode_session_change(Bytes::copy("\x09")));
}

}  // namespace
}  // namespace tessera::core
