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

  std::optional<ForwardOutcome> take(ForwardRequest request) {
    request.term = raft_->term();
    request.run = 5;
    request.attempt = ++attempt_;
    const auto response = intake_.receive(now_, request, *raft_);
    if (!response) return std::nullopt;
    return response->outcome;
  }
  std::optional<ForwardOutcome> take_command(std::uint64_t sequence, std::uint64_t session = 7) {
    ForwardRequest request;
    request.data = CommandEnvelope::wrap({SessionNumber{session}, Sequence{sequence}, Sequence{1}},
                                         as_bytes("command"));
    return take(request);
  }
  std::optional<ForwardOutcome> take_replacement(std::uint64_t sequence) {
    ForwardRequest request;
    request.kind = EntryKind::session;
    request.data =
        encode_session_change(ReplaceCommand{{SessionNumber{7}, Sequence{sequence}, Sequence{1}}});
    return take(request);
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
  ForwardRequest request;
  request.kind = EntryKind::membership;
  request.data = encode_configuration(voters(1));
  EXPECT_EQ(take(request), ForwardOutcome::refused);
  request.kind = EntryKind::session;
  request.data = Bytes::copy("no session change");
  EXPECT_EQ(take(request), ForwardOutcome::refused);
  request.kind = EntryKind::command;
  request.data = CommandEnvelope::wrap({}, {});
  EXPECT_EQ(take(request), ForwardOutcome::refused);
}

}  // namespace
}  // namespace tessera::core
