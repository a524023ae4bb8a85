#include "../raft/raft_fixture.h"
#include <tessera/groups/core/apply/applier.h>

namespace tessera::core {
namespace {

/// Remembers what it ran, and returns how many that makes.
class Recorder final : public MachinePort {
 public:
  [[nodiscard]] bool accepts(ByteView /*command*/) const override { return true; }
  Result<Bytes> apply(const Bytes& command, const ApplyContext& /*context*/) override {
    if (command.text() == failing) return Error(Errc::machine_failed, "as the test wants");
    ran += command.text();
    return Bytes(std::string(ran.size(), '+'));
  }
  Result<void> reset() override { return {}; }

  std::string ran;
  std::string failing;  ///< the command that it cannot carry out
};

/// A member whose log, committed, is what the test says.
class ApplierTest : public RaftTest {
 protected:
  void log(EntryKind kind, Bytes data) {
    entries_.push_back({at(1, entries_.size() + 2), kind, LogTime{0}, std::move(data)});
  }
  void open() { log(EntryKind::session, encode_session_change(OpenSession{{}, {1, 1}})); }
  void close() { log(EntryKind::session, encode_session_change(CloseSessions{{session_}})); }
  void command(std::uint64_t sequence, const std::string& text) {
    log(EntryKind::command, CommandEnvelope::wrap(origin(sequence), as_bytes(text)));
  }
  void replacement(std::uint64_t sequence) {
    log(EntryKind::session, encode_session_change(ReplaceCommand{origin(sequence)}));
  }
  CommandOrigin origin(std::uint64_t sequence) const {
    return {session_, Sequence{sequence}, Sequence{1}};
  }

  /// Applies the log as a follower does; the entry that every log here begins with is none of it.
  void apply() {
    start({});
    receive(2, append(1, at(1, 1), entries_, entries_.size() + 1));
    applier_.start_from({at(1, 1), LogTime{0}, {}});
    applier_.work(*raft_, operations_);
  }
  const CommandOutcome& outcome(std::uint64_t sequence) {
    return *applier_.sessions().outcome(session_, Sequence{sequence});
  }

  const SessionNumber session_{2};
  std::vector<RawEntry> entries_;
  Recorder machine_;
  Operations operations_{{{member(1).peer, 1}, std::chrono::seconds{1}, {}}, outbox_};
  Applier applier_{{GroupId{}, {}}, machine_, outbox_};
};

TEST_F(ApplierTest, OfTheCopiesOfACommandTheFirstRuns) {
  open();
  command(1, "a");
  command(1, "a");
  command(2, "b");
  command(1, "a");
  command(2, "b");
  apply();
  EXPECT_EQ(machine_.ran, "ab");
  EXPECT_EQ(outcome(1).position, at(1, 3));
  EXPECT_EQ(outcome(1).result.text(), "+");
  EXPECT_EQ(outcome(2).position, at(1, 5));
  EXPECT_EQ(applier_.applied(), at(1, 7));
}

TEST_F(ApplierTest, BehindAGapNothingRuns) {
  open();
  command(2, "b");
  command(1, "a");
  command(3, "c");
  command(2, "b");
  apply();
  EXPECT_EQ(machine_.ran, "ab");
}

TEST_F(ApplierTest, ACommandOfNoSessionOfItsLogNeverRuns) {
  command(1, "a");
  apply();
  EXPECT_EQ(machine_.ran, "");
}

TEST_F(ApplierTest, WhatExpiresEndsWhereTheLogSaysSo) {
  open();
  command(1, "a");
  close();
  command(2, "b");
  apply();
  EXPECT_EQ(machine_.ran, "a");
  EXPECT_TRUE(applier_.sessions().sessions().empty());
}

TEST_F(ApplierTest, ACommandOrItsReplacementCountsWhicheverComesFirst) {
  open();
  replacement(1);
  command(1, "a");
  command(2, "b");
  replacement(2);
  command(3, "c");
  apply();
  EXPECT_EQ(machine_.ran, "bc");
  EXPECT_EQ(outcome(1).kind, CommandOutcome::Kind::replaced);
  EXPECT_EQ(outcome(2).kind, CommandOutcome::Kind::returned);
}

TEST_F(ApplierTest, ACommandOutsideOfSessionsRunsAsOftenAsItIsCommitted) {
  const Bytes data = CommandEnvelope::wrap({}, as_bytes("f"));
  log(EntryKind::command, data);
  log(EntryKind::command, data);
  apply();
  EXPECT_EQ(machine_.ran, "ff");
}

TEST_F(ApplierTest, WhatTheMachineCouldNotDoIsNotApplied) {
  machine_.failing = "b";
  open();
  command(1, "a");
  command(2, "b");
  command(3, "c");
  apply();
  EXPECT_EQ(machine_.ran, "a");
  EXPECT_EQ(applier_.applied(), at(1, 3));
  EXPECT_TRUE(applier_.problem().has_value());
}

TEST_F(ApplierTest, AResultAboveTheLimitIsRememberedAsDropped) {
  settings_.result_max = 256;
  open();
  command(1, std::string(300, 'a'));
  apply();
  EXPECT_EQ(outcome(1).kind, CommandOutcome::Kind::too_large);
  EXPECT_NE(outcome(1).result.text().find("300 bytes is above"), std::string::npos);
}

TEST_F(ApplierTest, AChangeOfSessionsThatIsNotUnderstoodStopsIt) {
  log(EntryKind::session, Bytes::copy("of a later version"));
  command(1, "a");
  apply();
  ASSERT_TRUE(applier_.problem());
  EXPECT_TRUE(applier_.problem()->is(Errc::needs_upgrade));
  EXPECT_EQ(applier_.applied(), at(1, 1));
}

}  // namespace
}  // namespace tessera::core
