#include "clients_fixture.h"

#include <boost/system/errc.hpp>

// What callers are told, and what it is worth.

namespace tessera::core {
namespace {

using ClientOutcomes = ClientsTest;

/// From here on nothing is sent in a command's place any more.
constexpr std::chrono::milliseconds given_up{7000};
constexpr std::chrono::milliseconds rest{1000};

std::string aborted_words() {
  return boost::system::error_code(boost::system::errc::operation_canceled,
                                   boost::system::system_category())
      .message();
}

TEST_F(ClientOutcomes, WhatNeverLeftIsCertainlyNotApplied) {
  execute(1, "a");
  execute(2, "b");
  operations_->cancel(RequestId{1});
  EXPECT_EQ(reply(1), aborted_words());
  pass(timeout_);
  EXPECT_EQ(reply(2), words_of(Errc::offline));
}

TEST_F(ClientOutcomes, WhatWasRefusedByWhoDidNotLeadNeverLeft) {
  const auto left = begin({"a", "b"});
  answer(left[1].attempt, ForwardOutcome::not_leader);
  answer(left[0].attempt, ForwardOutcome::not_leader);
  operations_->cancel(RequestId{1});
  EXPECT_EQ(reply(1), aborted_words());
  pass(timeout_);
  EXPECT_EQ(reply(2), words_of(Errc::offline));
}

TEST_F(ClientOutcomes, WhatLeftAndWasNotSeenAppliedIsUnknown) {
  begin({"a", "b"});
  operations_->cancel(RequestId{1});
  EXPECT_EQ(reply(1), words_of(Errc::unknown_outcome));
  pass(timeout_);
  EXPECT_EQ(reply(2), words_of(Errc::unknown_outcome));
}

TEST_F(ClientOutcomes, WhoGivesUpReplacesTheCommandUnderItsOwnSequence) {
  begin({"a", "b"});
  pass(given_up);
  EXPECT_EQ(line(look()), "1:- 2:-");
  EXPECT_EQ(reply(1), "");
}

TEST_F(ClientOutcomes, NotCommittedIsSaidWhenTheReplacementIsAppliedFirst) {
  begin({"a", "b"});
  pass(given_up);
  apply_replacement(1);
  EXPECT_EQ(reply(1), words_of(Errc::not_committed));
  apply(2, "B");
  EXPECT_EQ(reply(2), "B");
}

TEST_F(ClientOutcomes, NotCommittedIsSaidWhenNoCopyCanBeInTheLog) {
  begin({"a"});
  pass(given_up);
  follow(3, 2);
  operations_->term_began(Term{2});
  EXPECT_EQ(reply(1), words_of(Errc::not_committed));
}

TEST_F(ClientOutcomes, ACommandThatIsCertainlyNotInTheLogIsNotGivenUpBeforeItsTime) {
  begin({"a"});
  follow(3, 2);
  operations_->term_began(Term{2});
  pass(given_up);
  EXPECT_EQ(line(look()), "1:a");
}

TEST_F(ClientOutcomes, WhoWasNotAnsweredInTimeDoesNotHoldUpTheOthers) {
  begin({"a"});
  pass(rest * 2);
  execute(2, "b");
  look();
  pass(timeout_ - rest * 2);
  EXPECT_EQ(reply(1), words_of(Errc::unknown_outcome));
  follow(3, 2);
  operations_->term_began(Term{2});
  EXPECT_EQ(line(look()), "1:- 2:b");
  apply_replacement(1);
  apply(2, "B");
  EXPECT_EQ(reply(2), "B");
}

TEST_F(ClientOutcomes, ACommandThatTheLeaderRefusesIsReplaced) {
  const auto left = begin({"a", "b"});
  answer(left[0].attempt, ForwardOutcome::refused);
  EXPECT_EQ(reply(1), words_of(Errc::not_committed));
  pass(patience_);
  EXPECT_EQ(line(look()), "1:- 2:b");
}

TEST_F(ClientOutcomes, AResultThatWasDroppedIsSaidToBe) {
  begin({"a"});
  operations_->applied(origin(1), {at(1, 5), CommandOutcome::Kind::too_large, Bytes::copy("!")});
  EXPECT_EQ(reply(1), words_of(Errc::result_too_large));
}

TEST_F(ClientOutcomes, AnExpiredSessionAnswersWhatLeftAndOpensAnotherForWhatDidNot) {
  limits_.unanswered_max = 1;
  make_operations();
  execute(1, "a");
  execute(2, "b");
  const auto first = std::get<OpenSession>(look().at(0).change);
  operations_->opened(first, session_);
  EXPECT_EQ(line(look()), "1:a");
  operations_->closed(session_);
  EXPECT_EQ(reply(1), words_of(Errc::session_unknown));
  pass(patience_);
  const auto second = std::get<OpenSession>(look().at(0).change);
  EXPECT_NE(first.nonce, second.nonce);
  operations_->opened(second, SessionNumber{20});
  EXPECT_EQ(line(look()), "1:b");
}

TEST_F(ClientOutcomes, TooManySessionsMakeTheCallerWaitOrFail) {
  execute(1, "a");
  operations_->opened(std::get<OpenSession>(look().at(0).change), std::nullopt);
  EXPECT_EQ(reply(1), words_of(Errc::would_block));
}

TEST_F(ClientOutcomes, AnInstalledStateAnswersWhatItHoldsAndTheRestLeavesAgain) {
  begin({"a", "b", "c"});
  SessionTable table;
  const OpenSession opening{owner_, {0, 1}};
  table.open(Index{session_.value()}, opening, {});
  table.record(session_, outcome(1, "A"));
  table.record(session_, {at(1, 102), CommandOutcome::Kind::replaced, {}});
  operations_->installed(table, at(2, 200));
  EXPECT_EQ(line(look()), "3:c");
  EXPECT_EQ(reply(1), "A");
  EXPECT_EQ(replies_[1].position, at(1, 101));
  EXPECT_EQ(reply(2), words_of(Errc::not_committed));
}

TEST_F(ClientOutcomes, AnInstalledStateOfTheSameTermLeavesWhatStandsBehindIt) {
  const auto left = begin({"a", "b"});
  answer(left[0].attempt, ForwardOutcome::appended, at(1, 150));
  answer(left[1].attempt, ForwardOutcome::appended, at(1, 250));
  SessionTable table;
  table.open(Index{session_.value()}, {owner_, {0, 1}}, {});
  operations_->installed(table, at(1, 100));
  EXPECT_TRUE(look().empty());
  // Here the first did nothing, so it never will.
  operations_->installed(table, at(1, 200));
  EXPECT_EQ(line(look()), "1:a 2:b");
}

TEST_F(ClientOutcomes, AnInstalledStateMayHoldTheSessionsOpening) {
  execute(1, "a");
  look();
  SessionTable table;
  table.open(Index{30}, {owner_, {0, 1}}, {});
  operations_->installed(table, at(1, 200));
  EXPECT_EQ(look().at(0).origin.session, SessionNumber{30});
}

TEST_F(ClientOutcomes, AnInstalledStateWithoutTheSessionLeavesTheOutcomeUnknown) {
  begin({"a"});
  operations_->installed(SessionTable{}, at(2, 200));
  EXPECT_EQ(reply(1), words_of(Errc::unknown_outcome));
}

TEST_F(ClientOutcomes, EveryCallerIsAnsweredWhenTheMemberStops) {
  limits_.unanswered_max = 1;
  make_operations();
  begin({"a", "b"});
  operations_->feed(now_, RequestId{3}, Bytes::copy("f"));
  operations_->fail_all(Error(Errc::group_closed, "closed"));
  EXPECT_EQ(reply(1), words_of(Errc::unknown_outcome));
  EXPECT_EQ(reply(2), words_of(Errc::group_closed));
  EXPECT_EQ(reply(3), words_of(Errc::group_closed));
}

TEST_F(ClientOutcomes, AFedCommandIsAnsweredWithItsPositionAndNeverSentTwice) {
  operations_->feed(now_, RequestId{1}, Bytes::copy("f"));
  operations_->feed(now_, RequestId{2}, Bytes::copy("g"));
  const auto left = look();
  ASSERT_EQ(left.size(), 2U);
  EXPECT_TRUE(left[0].origin.is_none());
  answer(left[0].attempt, ForwardOutcome::appended, at(1, 40));
  EXPECT_EQ(reply(1), "");
  EXPECT_EQ(replies_.at(1).position, at(1, 40));
  pass(patience_ * 2);
  EXPECT_TRUE(look().empty());
  follow(3, 2);
  operations_->term_began(Term{2});
  EXPECT_EQ(reply(2), words_of(Errc::unknown_outcome));
}

}  // namespace
}  // namespace tessera::core
