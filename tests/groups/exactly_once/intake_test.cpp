#include "../raft/raft_fixture.h"
#include <tessera/groups/core/client/intake.h>
#include <tessera/groups/core/exactly_once/session_change.h>

namespace tessera::core {
namespace {

class AcceptsAll final : public MachinePort {
 public:
  [[nodiscard]] bool accepts(ByteView command) const override { return !command.empty(); }
  Result<Bytes> apply(const Bytes& command, const ApplyContext& /*context*/) override {
    return command;
  }
  Result<void> reset() override { return {}; }
};

class IntakeTest : public RaftTest {
 protected:
  void SetUp() override {
    start({});
    lead();
  }

  std::vector<ForwardResponse> take_all(const std::vector<ForwardedEntry>& entries) {
    const ForwardRequest request{raft_->term(), 5, attempt_ + 1, entries};
    attempt_ += entries.size();
    return intake_.receive(now_, request, *raft_);
  }
  std::optional<ForwardOutcome> take(const ForwardedEntry& entry) {
    const auto responses = take_all({entry});
    if (responses.empty()) return std::nullopt;
    return responses.at(0).outcome;
  }
  static ForwardedEntry command(std::uint64_t sequence, std::uint64_t session = 7) {
    return {EntryKind::command,
            CommandEnvelope::wrap({SessionNumber{session}, Sequence{sequence}, Sequence{1}},
                                  as_bytes("command"))};
  }
  std::optional<ForwardOutcome> take_command(std::uint64_t sequence, std::uint64_t session = 7) {
    return take(command(sequence, session));
  }
  std::optional<ForwardOutcome> take_replacement(std::uint64_t sequence) {
    const CommandOrigin origin{SessionNumber{7}, Sequence{sequence}, Sequence{1}};
    return take({EntryKind::session, encode_session_change(ReplaceCommand{origin})});
  }

  AcceptsAll machine_;
  SessionTable table_;
  Intake intake_{machine_, table_};
  std::uint64_t attempt_ = 0;
};

TEST_F(IntakeTest, ACommandWhosePredecessorIsMissingIsNotAppended) {
  EXPECT_EQ(take_command(3), ForwardOutcome::appended);  // who knows what came before
  EXPECT_EQ(take_command(5), ForwardOutcome::out_of_order);
  EXPECT_EQ(take_command(4), ForwardOutcome::appended);
  EXPECT_EQ(take_replacement(6), ForwardOutcome::out_of_order);
  EXPECT_EQ(take_replacement(5), ForwardOutcome::appended);
  EXPECT_EQ(take_command(9, 8), ForwardOutcome::appended);  // another session
}

TEST_F(IntakeTest, WhatIsSentAgainBeginsAnewWhereItBegins) {
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) take_command(sequence);
  EXPECT_EQ(take_command(2), ForwardOutcome::appended);
  EXPECT_EQ(take_command(4), ForwardOutcome::out_of_order);
  EXPECT_EQ(take_command(3), ForwardOutcome::appended);
}

TEST_F(IntakeTest, BehindWhatFoundNoRoomNothingIsAppended) {
  limits_.uncommitted_max = 1;
  start({});
  lead();
  EXPECT_EQ(take_command(1), ForwardOutcome::full);
  accept(2, raft_->log().last().index.value());
  EXPECT_EQ(take_command(2), ForwardOutcome::out_of_order);
  EXPECT_EQ(take_command(1), ForwardOutcome::appended);
}

TEST_F(IntakeTest, WhatIsAppliedIsNotMissing) {
  take_command(1);
  table_.open(Index{7}, {}, {});
  for (int command = 0; command < 4; ++command) table_.record(SessionNumber{7}, {});
  EXPECT_EQ(take_command(6), ForwardOutcome::out_of_order);
  EXPECT_EQ(take_command(5), ForwardOutcome::appended);
}

TEST_F(IntakeTest, AnotherTermKnowsNothingOfTheEarlierOne) {
  take_command(1);
  HeartbeatRequest heartbeat;
  heartbeat.term = raft_->term() + 1;
  heartbeat.election_timeout = settings_.election_timeout;
  receive(2, heartbeat);
  EXPECT_EQ(take_command(2), ForwardOutcome::not_leader);
  lead();
  EXPECT_EQ(take_command(5), ForwardOutcome::appended);
}

TEST_F(IntakeTest, ACopyOfASendingIsNotTakenTwice) {
  take_command(1);
  --attempt_;
  EXPECT_EQ(take_command(1), std::nullopt);
}

TEST_F(IntakeTest, OnlyWhatCallersMaySayIsTaken) {
  EXPECT_EQ(take({EntryKind::membership, encode_configuration(voters(1))}),
            ForwardOutcome::refused);
  EXPECT_EQ(take({EntryKind::session, Bytes::copy("no session change")}), ForwardOutcome::refused);
  EXPECT_EQ(take({EntryKind::command, CommandEnvelope::wrap({}, {})}), ForwardOutcome::refused);
}

TEST_F(IntakeTest, NeighboursOfWhichTheSameIsToBeSaidHaveOneAnswer) {
  const Index last = raft_->log().last().index;
  const auto responses = take_all({command(1), command(2), command(3)});
  ASSERT_EQ(responses.size(), 1U);
  EXPECT_EQ(responses[0].attempt, 1U);
  EXPECT_EQ(responses[0].count, 3U);
  EXPECT_EQ(responses[0].position, (Cursor{raft_->term(), last + 1}));
  EXPECT_EQ(raft_->log().last().index, last + 3);
}

TEST_F(IntakeTest, WhatWasNotAppendedIsAnsweredByItself) {
  const ForwardedEntry empty{EntryKind::command, CommandEnvelope::wrap({}, {})};
  const auto responses = take_all({command(1), empty, command(2), command(4), command(5)});
  ASSERT_EQ(responses.size(), 4U);
  EXPECT_EQ(responses[1].outcome, ForwardOutcome::refused);
  EXPECT_EQ(responses[1].attempt, 2U);
  EXPECT_EQ(responses[2].outcome, ForwardOutcome::appended);
  EXPECT_EQ(responses[2].attempt, 3U);
  EXPECT_EQ(responses[3].outcome, ForwardOutcome::out_of_order);
  EXPECT_EQ(responses[3].attempt, 4U);
  EXPECT_EQ(responses[3].count, 2U);
}

TEST_F(IntakeTest, OfACopyOnlyWhatIsNewIsTaken) {
  take_all({command(1), command(2)});
  attempt_ = 1;
  const auto responses = take_all({command(2), command(3), command(4)});
  ASSERT_EQ(responses.size(), 1U);
  EXPECT_EQ(responses[0].attempt, 3U);
  EXPECT_EQ(responses[0].count, 2U);
}

}  // namespace
}  // namespace tessera::core
