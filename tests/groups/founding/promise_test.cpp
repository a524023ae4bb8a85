#include "founding_fixture.h"

/// Who proposes and who promises what, and when.
namespace tessera::core {
namespace {

class FoundingPromises : public FoundingTest {};

TEST_F(FoundingPromises, AMemberThatExpectsOneFoundsAtOnce) {
  start(0, Genesis::expect(1));
  EXPECT_FALSE(founding_->acts());
  sync();
  EXPECT_TRUE(founding_->acts());
  EXPECT_EQ(events_, std::vector{FoundingEvent::founded});
  ASSERT_TRUE(founding_->genesis());
  EXPECT_TRUE(founding_->genesis()->verify());
  EXPECT_EQ(founding_->founders(), 0);
}

TEST_F(FoundingPromises, AMemberWithPeersLooksForAGroupFirst) {
  options_.genesis_wait = seconds{5};
  start(0, Genesis::expect(1));
  pass(milliseconds{4900});
  EXPECT_EQ(written_, 0);
  pass(milliseconds{200});
  sync();
  EXPECT_TRUE(founding_->acts());
}

TEST_F(FoundingPromises, NothingIsPromisedDuringTheLookForAGroup) {
  options_.genesis_wait = seconds{5};
  start(2);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(receive(0, FoundingProposal{set_of({0, 1, 2})}));
  EXPECT_EQ(written_, 0);
  pass(seconds{5});
  ASSERT_TRUE(receive(0, FoundingProposal{set_of({0, 1, 2})}));
  EXPECT_EQ(written_, 1);
}

TEST_F(FoundingPromises, AMemberThatOnlyJoinsNeverFounds) {
  start(0, Genesis::join());
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(bond(2));
  ASSERT_TRUE(receive(1, FoundingProposal{set_of({0, 1, 2})}));
  pass(long_enough);
  EXPECT_EQ(written_, 0);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(founding_->founders(), 0);
}

TEST_F(FoundingPromises, TheLowestOfEnoughMembersProposes) {
  start(0);
  ASSERT_TRUE(bond(1));
  EXPECT_EQ(written_, 0);
  ASSERT_TRUE(bond(2));
  EXPECT_EQ(written_, 1);
  ASSERT_TRUE(sends<FoundingProposal>(1));
  EXPECT_EQ(sent<FoundingProposal>(1)[0].proposal.members.voters,
            (std::set{person(0), person(1), person(2)}));
  EXPECT_TRUE(sends<FoundingProposal>(2));
  EXPECT_TRUE(sends<FoundingPromise>(2));
}

TEST_F(FoundingPromises, AnotherProposesWhenNothingComesOfTheLowest) {
  start(1);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(2));
  pass(milliseconds{1900});
  EXPECT_EQ(written_, 0);
  pass(seconds{3});
  EXPECT_TRUE(sends<FoundingProposal>(2));
}

TEST_F(FoundingPromises, OnlyFreeMembersOnTheSameTermsAreCounted) {
  start(0);
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(bond(2, 5));                          // expects another number
  ASSERT_TRUE(bond(3, 0));                          // has no right
  ASSERT_TRUE(bond(4, 3, {}, Durability::memory));  // gives less than the group would ask
  pass(long_enough);
  EXPECT_EQ(written_, 0);
  ASSERT_TRUE(bond(5));
  EXPECT_EQ(written_, 1);
}

TEST_F(FoundingPromises, ListedFoundersFoundWithExactlyTheList) {
  start(0, Genesis::founders({person(0).peer, person(1).peer, person(2).peer}));
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(bond(3));
  pass(long_enough);
  ASSERT_TRUE(receive(3, FoundingProposal{set_of({0, 1, 3})}));
  EXPECT_EQ(written_, 0);
  ASSERT_TRUE(bond(2));
  ASSERT_TRUE(sends<FoundingProposal>(1));
  EXPECT_EQ(sent<FoundingProposal>(1)[0].proposal.members, set_of({0, 1, 2}).members);
}

TEST_F(FoundingPromises, AListWithoutThisNodeIsAnError) {
  start(0, Genesis::founders({person(1).peer, person(2).peer}));
  ASSERT_TRUE(founding_->problem());
  EXPECT_TRUE(founding_->problem()->is(Errc::invalid_argument));
  EXPECT_EQ(founding_->founders(), 0);
}

TEST_F(FoundingPromises, AProposalIsPromisedToEveryBondedMemberOfTheSet) {
  start(2);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(bond(3));
  const Proposal proposal = set_of({0, 1, 2});
  ASSERT_TRUE(receive(0, FoundingProposal{proposal}));
  EXPECT_EQ(written_, 1);  // the same output: the sends wait for it
  ASSERT_TRUE(sends<FoundingPromise>(0));
  ASSERT_TRUE(sends<FoundingPromise>(1));
  EXPECT_FALSE(sends<FoundingPromise>(3));
  EXPECT_TRUE(verify_promise(proposal, sent<FoundingPromise>(0)[0].vow));
}

TEST_F(FoundingPromises, OneSetIsPromisedAtATime) {
  start(2);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(receive(0, FoundingProposal{set_of({0, 1, 2}, 1)}));
  forget();
  ASSERT_TRUE(receive(1, FoundingProposal{set_of({0, 1, 2}, 2)}));
  EXPECT_EQ(written_, 0);
  EXPECT_FALSE(sends<FoundingPromise>(1));
}

TEST_F(FoundingPromises, APromiseHoldsAfterARestart) {
  start(2);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(receive(0, FoundingProposal{set_of({0, 1, 2}, 1)}));
  sync();
  start(2);
  ASSERT_TRUE(bond(0));
  forget();
  ASSERT_TRUE(receive(0, FoundingProposal{set_of({0, 1, 2}, 2)}));
  EXPECT_FALSE(sends<FoundingPromise>(0));
  ASSERT_TRUE(receive(0, FoundingProposal{set_of({0, 1, 2}, 1)}));
  EXPECT_TRUE(sends<FoundingPromise>(0));
}

TEST_F(FoundingPromises, ASetWithoutThisStoreIsNotPromised) {
  start(2);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  Proposal other = set_of({0, 1});
  other.members.voters.insert({person(2).peer, StorageId(UniqueId::from("a former store"))});
  ASSERT_TRUE(receive(0, FoundingProposal{other}));
  ASSERT_TRUE(receive(0, FoundingProposal{set_of({0, 1, 3})}));
  EXPECT_EQ(written_, 0);
}

TEST_F(FoundingPromises, ASetThatAsksForLessDurabilityIsNotPromised) {
  start(2);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  Proposal proposal = set_of({0, 1, 2});
  proposal.settings.durability = Durability::memory;
  ASSERT_TRUE(receive(0, FoundingProposal{proposal}));
  EXPECT_EQ(written_, 0);
}

TEST_F(FoundingPromises, NothingIsPromisedWhileABondedPeerNamesAGenesis) {
  start(2);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(bond(3, 0, certificate_of({3, 4, 5}).proposal.id()));
  ASSERT_TRUE(receive(0, FoundingProposal{set_of({0, 1, 2})}));
  pass(long_enough);
  EXPECT_EQ(written_, 0);
  founding_->bond_down(now_, person(3).peer);
  ASSERT_TRUE(receive(0, FoundingProposal{set_of({0, 1, 2})}));
  EXPECT_EQ(written_, 1);
}

TEST_F(FoundingPromises, AllPromisesTogetherAreTheCertificate) {
  start(2);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  const Proposal proposal = set_of({0, 1, 2});
  ASSERT_TRUE(receive(0, FoundingProposal{proposal}));
  ASSERT_TRUE(receive(0, promise_of(0, proposal)));
  EXPECT_FALSE(sends<GenesisNotice>(0));
  ASSERT_TRUE(receive(1, promise_of(1, proposal)));
  EXPECT_FALSE(founding_->acts());
  EXPECT_FALSE(founding_->genesis()) << "it is not stored yet";
  EXPECT_TRUE(founding_->genesis_id().is_none());
  sync();
  EXPECT_TRUE(founding_->acts());
  EXPECT_TRUE(founding_->genesis());
  EXPECT_EQ(founding_->genesis_id(), proposal.id());
  EXPECT_TRUE(sends<GenesisNotice>(0));
}

TEST_F(FoundingPromises, TheCertificateOfAnotherMakesThePromiserActAsWell) {
  start(2);
  ASSERT_TRUE(bond(0));
  const Certificate certificate = certificate_of({0, 1, 2});
  ASSERT_TRUE(receive(0, FoundingProposal{certificate.proposal}));
  ASSERT_TRUE(receive(0, GenesisNotice{certificate}));
  sync();
  EXPECT_TRUE(founding_->acts());
  start(2);
  EXPECT_TRUE(founding_->acts());
}

TEST_F(FoundingPromises, WhatIsLostIsSaidAgain) {
  start(0);
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(bond(2));
  forget();
  pass(milliseconds{600});
  EXPECT_TRUE(sends<FoundingProposal>(1));
  EXPECT_TRUE(sends<FoundingPromise>(1));
  const Proposal proposal = sent<FoundingProposal>(1)[0].proposal;
  ASSERT_TRUE(receive(1, promise_of(1, proposal)));
  forget();
  pass(milliseconds{600});
  EXPECT_FALSE(sends<FoundingProposal>(1));
  EXPECT_TRUE(sends<FoundingProposal>(2));
}

}  // namespace
}  // namespace tessera::core
