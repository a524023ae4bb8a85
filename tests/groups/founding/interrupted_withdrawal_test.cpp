#include "founding_fixture.h"
#include <tessera/conformance/machines.h>
#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/founding/ledger.h>
#include <tessera/groups/core/group_core.h>
#include <tessera/storage/internal/record_update.h>

#include <gtest/gtest.h>

/// That a genesis is void is durable before its log is gone. Whoever dies in between finds the log
/// of a group that never came about, and must not take it for that of the next.
namespace tessera::core {
namespace {

class InterruptedWithdrawal : public testing::Test {
 protected:
  /// A store that has said that its genesis is void, and still holds the first entry of its log.
  InterruptedWithdrawal() {
    const Certificate given_up = certificate_of({0, 1, 2});
    ledger_.promise(given_up.proposal);
    ledger_.store(given_up);
    for (const std::size_t other : {1U, 2U}) {
      ledger_.add_abandonment(given_up.proposal, abandonment_of(other, given_up.proposal).vow);
    }
    ledger_.forget_void();
    storage::GroupWrite write;
    write.storage = person(0).storage;
    write.genesis = given_up.proposal.id();
    write.hard = storage::HardState{Term(1), person(1), Index{}};
    write.entries = {
        {{Term(1), Index(1)}, EntryKind::genesis, LogTime{0}, encode_proposal(given_up.proposal)}};
    storage::update_record(record_, write);
    entry_ = write.entries.front();
  }

  /// Starts on it, and does to the record what the core asks for.
  void start() {
    record_.founding = ledger_.encoded();
    CoreOptions options;
    options.self = person(0).peer;
    options.group = the_group;
    options.genesis = Genesis::expect(3);
    options.start_count = 2;
    options.run = 7;
    const sim::MachineParts parts = sim::make_machine(sim::Swarm::Strategy::whole_state);
    GroupCore core(options, {*parts.machine, *parts.strategy, signer(0), {}});
    core.start(TimePoint{}, CoreRecord{record_, {entry_}, {entry_}, {}, {}, {}, {}});
    for (const Persist& persist : core.take_effects().persists) {
      storage::update_record(record_, persist.write);
    }
    status_ = core.status();
    core.check_invariants();
  }

  FoundingLedger ledger_{person(0)};
  storage::GroupRecord record_;
  RawEntry entry_;
  Status status_;
};

TEST_F(InterruptedWithdrawal, IsFinishedAtTheNextStart) {
  start();
  EXPECT_TRUE(record_.genesis.is_none());
  EXPECT_EQ(record_.last, Cursor{});
  EXPECT_EQ(record_.hard, storage::HardState{});
  EXPECT_EQ(record_.storage, person(0).storage) << "it is the store that it was";
  EXPECT_EQ(status_.role, Role::founding);
  EXPECT_FALSE(status_.problem);
}

TEST_F(InterruptedWithdrawal, LeavesNothingToTheGroupThatWasJoinedMeanwhile) {
  const Certificate other = certificate_of({3, 4, 5});
  ledger_.adopt(other, nullptr);
  start();
  EXPECT_EQ(record_.genesis, other.proposal.id());
  EXPECT_EQ(record_.last, Cursor{});
  EXPECT_EQ(record_.hard.term, Term{});
  EXPECT_EQ(status_.genesis, other.proposal.id());
}

}  // namespace
}  // namespace tessera::core
