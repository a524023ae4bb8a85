#include "clients_fixture.h"

namespace tessera::core {
namespace {

using ClientSession = ClientsTest;

TEST_F(ClientSession, BeginsWithTheFirstCommandWhichWaitsForIt) {
  EXPECT_TRUE(look().empty());
  execute(1, "a");
  const auto left = look();
  ASSERT_EQ(left.size(), 1U);
  const auto& opening = std::get<OpenSession>(left[0].change);
  EXPECT_EQ(opening.owner, owner_);
  EXPECT_TRUE(look().empty());
  operations_->opened(opening, session_);
  EXPECT_EQ(line(look()), "1:a");
}

TEST_F(ClientSession, AnOpeningOfAnotherMemberOrRunIsNotItsOwn) {
  execute(1, "a");
  OpenSession opening = std::get<OpenSession>(look().at(0).change);
  opening.owner.run = 78;
  operations_->opened(opening, session_);
  EXPECT_TRUE(look().empty());
}

TEST_F(ClientSession, CommandsLeaveAtOnceInOrderOnceItStands) {
  EXPECT_EQ(line(begin({"a", "b"})), "1:a 2:b");
  execute(3, "c");
  EXPECT_EQ(line(look()), "3:c");
}

TEST_F(ClientSession, EachCommandCarriesTheLowestUnansweredSequence) {
  EXPECT_EQ(begin({"a", "b"})[1].origin, (CommandOrigin{session_, Sequence{2}, Sequence{1}}));
  apply(1, "A");
  execute(3, "c");
  EXPECT_EQ(look().at(0).origin, (CommandOrigin{session_, Sequence{3}, Sequence{2}}));
  apply(2, "B");
  apply(3, "C");
  execute(4, "d");
  EXPECT_EQ(look().at(0).origin, (CommandOrigin{session_, Sequence{4}, Sequence{4}}));
}

TEST_F(ClientSession, ACallerHearsWhatApplyReturnedAndWhere) {
  begin({"a"});
  apply(1, "A");
  EXPECT_EQ(reply(1), "A");
  EXPECT_EQ(replies_[1].position, at(1, 101));
}

TEST_F(ClientSession, ClientsHaveSessionsOfTheirOwn) {
  execute(1, "a", 1);
  execute(2, "b", 2);
  const auto left = look();
  ASSERT_EQ(left.size(), 2U);
  const auto& first = std::get<OpenSession>(left[0].change);
  const auto& second = std::get<OpenSession>(left[1].change);
  EXPECT_NE(first.nonce, second.nonce);
  operations_->opened(second, SessionNumber{12});
  operations_->opened(first, SessionNumber{11});
  const auto commands = look();
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].origin.session, SessionNumber{11});
  EXPECT_EQ(commands[1].origin.session, SessionNumber{12});
}

TEST_F(ClientSession, ASendingThatWasNotTheLeadersLeavesAgainInTheNextTerm) {
  const auto left = begin({"a", "b"});
  answer(left[0].attempt, ForwardOutcome::not_leader);
  answer(left[1].attempt, ForwardOutcome::not_leader);
  EXPECT_TRUE(look().empty());
  follow(3, 2);
  operations_->term_began(Term{2});
  EXPECT_EQ(line(look()), "1:a 2:b");
}

TEST_F(ClientSession, NothingFollowsIntoATermWhoseFirstEntryIsNotApplied) {
  begin({"a"});
  follow(3, 2);
  execute(2, "b");
  EXPECT_TRUE(look().empty());
  // What left in the first term turns out to be in the log.
  apply(1, "A");
  EXPECT_EQ(line(look()), "2:b");
}

TEST_F(ClientSession, WhatATermsFirstEntryShowsToBeLostLeavesAgainInOrder) {
  begin({"a", "b", "c"});
  apply(1, "A");
  follow(3, 2);
  execute(4, "d");
  operations_->term_began(Term{2});
  EXPECT_EQ(line(look()), "2:b 3:c 4:d");
  EXPECT_EQ(reply(2), "");
}

TEST_F(ClientSession, AnOpeningThatWasLostIsRepeatedUnderTheSameNonce) {
  execute(1, "a");
  const auto first = std::get<OpenSession>(look().at(0).change);
  follow(3, 2);
  operations_->term_began(Term{2});
  const auto second = std::get<OpenSession>(look().at(0).change);
  EXPECT_EQ(first.nonce, second.nonce);
}

TEST_F(ClientSession, AnUnansweredSendingIsRepeatedWithAllThatFollowIt) {
  const auto left = begin({"a", "b", "c"});
  answer(left[0].attempt, ForwardOutcome::appended, at(1, 50));
  pass(patience_ - Duration{1});
  EXPECT_TRUE(look().empty());
  pass(Duration{1});
  EXPECT_EQ(line(look()), "2:b 3:c");
}

TEST_F(ClientSession, WhereAnswersAreSlowLaterSendingsAreGivenLonger) {
  begin({"a"});
  for (const int patiences : {1, 2, 4, 4}) {
    pass(patience_ * patiences - Duration{1});
    EXPECT_TRUE(look().empty());
    pass(Duration{1});
    EXPECT_EQ(line(look()), "1:a");
  }
}

TEST_F(ClientSession, AnAppendedSendingIsNotRepeatedHoweverLongTheCommitTakes) {
  const auto left = begin({"a"});
  answer(left[0].attempt, ForwardOutcome::appended, at(1, 50));
  pass(patience_ * 3);
  EXPECT_TRUE(look().empty());
}

TEST_F(ClientSession, AGapInTheLogSendsEverythingUnansweredOnceMore) {
  const auto left = begin({"a", "b", "c"});
  answer(left[1].attempt, ForwardOutcome::appended, at(1, 51));
  answer(left[2].attempt, ForwardOutcome::appended, at(1, 52));
  operations_->skipped(origin(2), at(1, 51));
  const auto again = look();
  EXPECT_EQ(line(again), "1:a 2:b 3:c");
  // The log shows the third behind the gap as well: that sending is no longer the latest.
  operations_->skipped(origin(3), at(1, 52));
  EXPECT_TRUE(look().empty());
  answer(again[2].attempt, ForwardOutcome::appended, at(1, 55));
  operations_->skipped(origin(3), at(1, 55));
  EXPECT_EQ(line(look()), "1:a 2:b 3:c");
}

TEST_F(ClientSession, AGapThatTheLogShowsBeforeTheAnswerComesIsAGapAsWell) {
  const auto left = begin({"a", "b"});
  operations_->skipped(origin(2), at(1, 51));
  EXPECT_TRUE(look().empty());  // it may be an earlier copy's
  answer(left[1].attempt, ForwardOutcome::appended, at(1, 51));
  const auto again = look();
  EXPECT_EQ(line(again), "1:a 2:b");
  answer(again[0].attempt, ForwardOutcome::appended, at(1, 52));
  answer(again[1].attempt, ForwardOutcome::appended, at(1, 53));
  pass(patience_ * 3);
  EXPECT_TRUE(look().empty());
}

TEST_F(ClientSession, WhereTheSessionHasRoomForOneOutcomeFewAreSentInVain) {
  std::uint64_t next = 50;
  const auto append = [&](const std::vector<Left>& left) {
    for (const Left& each : left) answer(each.attempt, ForwardOutcome::appended, at(1, next++));
    return line(left);
  };
  EXPECT_EQ(append(begin({"a", "b", "c", "d"})), "1:a 2:b 3:c 4:d");
  apply(1, "A");
  operations_->skipped(origin(2), at(1, 51));
  EXPECT_EQ(append(look()), "2:b");
  operations_->skipped(origin(3), at(1, 52));  // an old copy
  operations_->skipped(origin(4), at(1, 53));
  EXPECT_EQ(append(look()), "");
  apply(2, "B");  // there is room again: more may follow
  EXPECT_EQ(append(look()), "3:c 4:d");
}

TEST_F(ClientSession, AnAnswerToASupersededSendingSaysNothing) {
  const auto left = begin({"a"});
  pass(patience_);
  const auto again = look();
  answer(left[0].attempt, ForwardOutcome::not_leader);
  EXPECT_TRUE(look().empty());
  answer(again[0].attempt, ForwardOutcome::appended, at(1, 60));
  pass(patience_);
  EXPECT_TRUE(look().empty());
}

TEST_F(ClientSession, AFullLeaderIsAskedAgainLaterInOrder) {
  const auto left = begin({"a", "b"});
  answer(left[0].attempt, ForwardOutcome::full);
  answer(left[1].attempt, ForwardOutcome::out_of_order);
  execute(3, "c");
  EXPECT_TRUE(look().empty());
  pass(patience_);
  EXPECT_EQ(line(look()), "1:a 2:b 3:c");
  EXPECT_EQ(reply(1), "");
}

TEST_F(ClientSession, WhatCameOutOfOrderWaitsForWhatIsOnItsWay) {
  const auto left = begin({"a", "b", "c"});
  answer(left[1].attempt, ForwardOutcome::out_of_order);
  EXPECT_TRUE(look().empty());
  answer(left[0].attempt, ForwardOutcome::appended, at(1, 50));
  EXPECT_EQ(line(look()), "2:b 3:c");
}

TEST_F(ClientSession, SoManyCommandsLeaveAndTheRestWaitsForAnswers) {
  limits_.unanswered_max = 2;
  make_operations();
  EXPECT_EQ(line(begin({"a", "b", "c", "d"})), "1:a 2:b");
  apply(1, "A");
  EXPECT_EQ(line(look()), "3:c");
}

TEST_F(ClientSession, ALeadersOwnCommandsGoIntoItsLog) {
  lead();
  execute(1, "a");
  const Effects opening = [this] {
    operations_->pump(now_, raft_.get());
    return effects();
  }();
  ASSERT_EQ(opening.persists.size(), 1U);
  const RawEntry entry = opening.persists[0].write.entries.at(0);
  EXPECT_EQ(entry.kind, EntryKind::session);
  const auto change = decode_session_change(entry.data);
  operations_->opened(std::get<OpenSession>(*change), session_);
  operations_->pump(now_, raft_.get());
  const Effects command = effects();
  const auto envelope = CommandEnvelope::open(command.persists.at(0).write.entries.at(0).data);
  EXPECT_EQ(envelope->origin, (CommandOrigin{session_, Sequence{1}, Sequence{1}}));
  EXPECT_EQ(envelope->command.text(), "a");
}

TEST_F(ClientSession, EndsBehindItsLastCommandWhenItsClientIsClosed) {
  begin({"a"});
  operations_->close(ClientId{});
  EXPECT_TRUE(look().empty());
  apply(1, "A");
  const auto left = look();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(std::get<CloseSessions>(left[0].change).sessions, std::vector{session_});
  // Until the log says so it is asked for again.
  pass(patience_);
  EXPECT_EQ(look().size(), 1U);
  operations_->closed(session_);
  pass(patience_);
  EXPECT_TRUE(look().empty());
  EXPECT_EQ(reply(1), "A");
}

TEST_F(ClientSession, AClientThatNeverExecutedHasNothingToEnd) {
  operations_->close(ClientId{4});
  EXPECT_TRUE(look().empty());
  EXPECT_FALSE(operations_->next_deadline());
}

}  // namespace
}  // namespace tessera::core
