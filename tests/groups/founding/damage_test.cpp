#include "founding_fixture.h"
#include <tessera/conformance/machines.h>
#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/founding/ledger.h>
#include <tessera/groups/core/group_core.h>
#include <tessera/storage/internal/record_update.h>

#include <gtest/gtest.h>

/// Whoever starts over without its damaged data has promised nobody knows what: it founds nothing,
/// joins nothing else, and keeps the data until its group is at work.
namespace tessera::core {
namespace {

class FoundingAfterDamage : public FoundingTest {
 protected:
  void start_over(const GenesisId& former = {}) {
    damage_ = Damage{77, "a flipped bit", former};
    start(0);
  }
  static GenesisNotice notice(const Certificate& certificate, bool led) {
    return {certificate, true, led};
  }
};

TEST_F(FoundingAfterDamage, NothingIsFoundedAndNothingWritten) {
  start_over();
  EXPECT_EQ(founding_->founders(), 0U);
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(bond(2));
  ASSERT_TRUE(receive(1, FoundingProposal{set_of({0, 1, 2})}));
  ASSERT_TRUE(receive(1, abandonment_of(1, set_of({0, 1, 2}))));
  pass(long_enough);
  EXPECT_FALSE(sends<FoundingProposal>(1));
  EXPECT_FALSE(sends<FoundingPromise>(1));
  EXPECT_EQ(written_, 0U) << "the data is still there";
}

TEST_F(FoundingAfterDamage, TheDataGoesOnlyForAGroupThatIsLed) {
  start_over();
  const Certificate certificate = certificate_of({3, 4, 5});
  ASSERT_TRUE(bond(3, 0, certificate.proposal.id()));
  ASSERT_TRUE(receive(3, notice(certificate, false)));
  pass(long_enough);
  EXPECT_EQ(written_, 0U);
  EXPECT_TRUE(founding_->genesis_id().is_none());
  ASSERT_TRUE(receive(3, notice(certificate, true)));
  EXPECT_EQ(written_, 1U);
  sync();
  EXPECT_EQ(founding_->genesis_id(), certificate.proposal.id());
  EXPECT_FALSE(founding_->acts());
}

TEST_F(FoundingAfterDamage, NoOtherFoundingThanTheFormerIsJoined) {
  const Certificate former = certificate_of({1, 2, 3});
  const Certificate other = certificate_of({4, 5, 6});
  start_over(former.proposal.id());
  const auto refused = bond(4, 0, other.proposal.id());
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(Errc::genesis_conflict)) << refused.error().message();
  ASSERT_TRUE(bond(5, 0));
  ASSERT_TRUE(receive(5, notice(other, true)));
  EXPECT_EQ(written_, 0U);
  ASSERT_TRUE(founding_->problem());
  EXPECT_TRUE(founding_->problem()->is(Errc::genesis_conflict));
  ASSERT_TRUE(bond(1, 0, former.proposal.id()));
  ASSERT_TRUE(receive(1, notice(former, true)));
  sync();
  EXPECT_EQ(founding_->genesis_id(), former.proposal.id()) << "the one it belonged to it goes to";
}

TEST_F(FoundingAfterDamage, TheRightIsGoneForGood) {
  start_over();
  const Certificate certificate = certificate_of({1, 2, 3});
  ASSERT_TRUE(bond(1, 0, certificate.proposal.id()));
  ASSERT_TRUE(receive(1, notice(certificate, true)));
  sync();
  for (const std::size_t each : {2U, 3U}) {
    ASSERT_TRUE(bond(each, 0));
    ASSERT_TRUE(receive(each, abandonment_of(each, certificate.proposal)));
  }
  sync();
  EXPECT_TRUE(founding_->genesis_id().is_none()) << "the set has been given up";
  EXPECT_EQ(founding_->founders(), 0U);
  damage_.reset();
  start(0);
  EXPECT_EQ(founding_->founders(), 0U);
  const auto ledger = FoundingLedger::restore(person(0), record_);
  ASSERT_TRUE(ledger);
  EXPECT_EQ(ledger->damage(), 77U);
}

TEST(FoundingRecord, OfWhomNothingHappenedToStaysAsEarlierVersionsReadIt) {
  FoundingLedger plain(person(0));
  FoundingLedger after(person(0));
  after.begin_after({77, "a flipped bit", GenesisId(UniqueId::from("former"))});
  EXPECT_EQ(*plain.encoded().data(), 1U);
  EXPECT_EQ(*after.encoded().data(), 2U);
}

/// A core that begins with a store in which damage was found.
class CoreAfterDamage : public testing::Test {
 protected:
  CoreAfterDamage() {
    const Certificate certificate = certificate_of({0, 1, 2});
    ledger_.promise(certificate.proposal);
    ledger_.store(certificate);
    storage::GroupWrite write;
    write.storage = person(0).storage;
    write.genesis = certificate.proposal.id();
    write.hard = storage::HardState{Term(3), person(0), Index{1}};
    entry_ = {
        {Term(1), Index(1)}, EntryKind::genesis, LogTime{0}, encode_proposal(certificate.proposal)};
    write.entries = {entry_};
    storage::update_record(record_, write);
    record_.founding = ledger_.encoded();
  }

  void start(const Damage& damage) {
    CoreOptions options;
    options.self = person(0).peer;
    options.group = the_group;
    options.genesis = Genesis::expect(3);
    options.start_count = 2;
    options.run = 7;
    core_.emplace(options, GroupCore::Ports{*parts_.machine, *parts_.strategy, signer(0), {}});
    CoreRecord record;
    record.record = record_;
    record.landmarks = {entry_};
    record.recent = {entry_};
    record.damage = damage;
    core_->start(TimePoint{}, std::move(record));
    effects_ = core_->take_effects();
    core_->check_invariants();
  }

  FoundingLedger ledger_{person(0)};
  storage::GroupRecord record_;
  RawEntry entry_;
  sim::MachineParts parts_ = sim::make_machine(sim::Swarm::Strategy::whole_state);
  std::optional<GroupCore> core_;
  Effects effects_;
};

TEST_F(CoreAfterDamage, NothingOfTheDataCountsAndNothingIsOverwritten) {
  start({77, "group x: entry 5 is damaged", {}});
  EXPECT_TRUE(effects_.persists.empty());
  const Status status = core_->status();
  EXPECT_EQ(status.role, Role::founding);
  EXPECT_EQ(status.term, Term{});
  EXPECT_NE(status.self.storage, person(0).storage);
  EXPECT_EQ(core_->hello(person(1).peer).founders, 0U);
  EXPECT_NE(core_->hello(person(1).peer).storage, person(0).storage);
  ASSERT_TRUE(status.problem);
  EXPECT_TRUE(status.problem->is(Errc::damaged));
  EXPECT_NE(status.problem->message().find("entry 5 is damaged"), std::string::npos);
}

TEST_F(CoreAfterDamage, AWeakReadWaitsForTheGroup) {
  start({77, "a flipped bit", {}});
  core_->read(TimePoint{}, RequestId(1), Consistency::weak);
  EXPECT_TRUE(core_->take_effects().replies.empty());
}

TEST_F(CoreAfterDamage, WhatWasWrittenSinceCounts) {
  FoundingLedger after(person(0));
  after.begin_after({77, "a flipped bit", {}});
  after.adopt(certificate_of({1, 2, 3}), nullptr);
  storage::GroupRecord since;
  storage::GroupWrite write;
  write.storage = person(0).storage;
  write.genesis = certificate_of({1, 2, 3}).proposal.id();
  storage::update_record(since, write);
  since.founding = after.encoded();
  record_ = since;
  CoreOptions options;
  options.self = person(0).peer;
  options.group = the_group;
  options.run = 7;
  core_.emplace(options, GroupCore::Ports{*parts_.machine, *parts_.strategy, signer(0), {}});
  CoreRecord record;
  record.record = record_;
  record.damage = Damage{77, "a flipped bit", {}};
  core_->start(TimePoint{}, std::move(record));
  EXPECT_EQ(core_->status().self, person(0));
  EXPECT_EQ(core_->status().genesis, certificate_of({1, 2, 3}).proposal.id());
}

TEST_F(CoreAfterDamage, DamageThatIsReadLaterStopsTheMember) {
  CoreOptions options;
  options.self = person(0).peer;
  options.group = the_group;
  options.run = 7;
  options.start_count = 1;
  core_.emplace(options, GroupCore::Ports{*parts_.machine, *parts_.strategy, signer(0), {}});
  CoreRecord record;
  record.record = record_;
  record.landmarks = {entry_};
  record.recent = {entry_};
  core_->start(TimePoint{}, std::move(record));
  core_->snapshot_done(TimePoint{}, 9, Error(Errc::damaged, "part 3 of snapshot 7"));
  EXPECT_EQ(core_->status().role, Role::stopped);
  EXPECT_TRUE(core_->status().problem->is(Errc::damaged));
}

}  // namespace
}  // namespace tessera::core
