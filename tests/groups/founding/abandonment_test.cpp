#include "founding_fixture.h"

/// Incomplete sets, void certificates, and who must become somebody else.
namespace tessera::core {
namespace {

class FoundingAbandonments : public FoundingTest {
 protected:
  /// Member 3 has promised a set of four that nobody completes, and given it up.
  Proposal give_up_four() {
    start(3, Genesis::expect(4));
    for (const std::size_t other : {0U, 1U, 2U}) EXPECT_TRUE(bond(other, 9));
    const Proposal proposal = set_of({0, 1, 2, 3});
    EXPECT_TRUE(receive(0, FoundingProposal{proposal}));
    sync();
    forget();
    pass(long_enough);
    sync();
    return proposal;
  }
};

TEST_F(FoundingAbandonments, AnIncompleteSetIsGivenUpAndItsMembersAreTold) {
  const Proposal proposal = give_up_four();
  ASSERT_TRUE(sends<FoundingAbandonment>(0));
  EXPECT_TRUE(verify_abandonment(proposal, sent<FoundingAbandonment>(0)[0].vow));
  EXPECT_TRUE(sends<FoundingAbandonment>(1));
  EXPECT_TRUE(sends<FoundingAbandonment>(2));
  forget();
  pass(milliseconds{600});
  EXPECT_TRUE(sends<FoundingAbandonment>(0)) << "until half of the set has given it up";
}

TEST_F(FoundingAbandonments, AMemberPromisesAgainOnlyWithTheWordOfHalfOfTheSet) {
  const Proposal proposal = give_up_four();
  forget();
  ASSERT_TRUE(receive(1, FoundingProposal{set_of({0, 1, 2, 3}, 2)}));
  EXPECT_FALSE(sends<FoundingPromise>(1));
  ASSERT_TRUE(receive(1, abandonment_of(1, proposal)));
  ASSERT_TRUE(receive(1, FoundingProposal{set_of({0, 1, 2, 3}, 2)}));
  EXPECT_TRUE(sends<FoundingPromise>(1));
}

TEST_F(FoundingAbandonments, TheWordOfOneMemberCountsOnce) {
  start(4, Genesis::expect(5));
  for (const std::size_t other : {0U, 1U, 2U, 3U}) ASSERT_TRUE(bond(other, 9));
  const Proposal proposal = set_of({0, 1, 2, 3, 4});
  ASSERT_TRUE(receive(0, FoundingProposal{proposal}));
  pass(long_enough);
  ASSERT_TRUE(receive(1, abandonment_of(1, proposal)));
  ASSERT_TRUE(receive(1, abandonment_of(1, proposal)));
  forget();
  ASSERT_TRUE(receive(1, FoundingProposal{set_of({0, 1, 2, 3, 4}, 2)}));
  EXPECT_FALSE(sends<FoundingPromise>(1)) << "two of five are not half";
  ASSERT_TRUE(receive(1, abandonment_of(2, proposal)));
  ASSERT_TRUE(receive(1, FoundingProposal{set_of({0, 1, 2, 3, 4}, 2)}));
  EXPECT_TRUE(sends<FoundingPromise>(1));
}

TEST_F(FoundingAbandonments, WhatWasGivenUpIsNeverPromisedAgain) {
  const Proposal proposal = give_up_four();
  ASSERT_TRUE(receive(1, abandonment_of(1, proposal)));
  forget();
  ASSERT_TRUE(receive(0, FoundingProposal{proposal}));
  EXPECT_FALSE(sends<FoundingPromise>(0));
  EXPECT_TRUE(sends<FoundingAbandonment>(0));
  start(3, Genesis::expect(4));
  ASSERT_TRUE(bond(0, 9));
  forget();
  ASSERT_TRUE(receive(0, FoundingProposal{proposal}));
  EXPECT_FALSE(sends<FoundingPromise>(0));
}

TEST_F(FoundingAbandonments, APromiserFollowsWhoGivesUp) {
  start(2);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  const Proposal proposal = set_of({0, 1, 2});
  ASSERT_TRUE(receive(0, FoundingProposal{proposal}));
  forget();
  ASSERT_TRUE(receive(1, abandonment_of(1, proposal)));
  EXPECT_EQ(written_, 1);
  EXPECT_TRUE(sends<FoundingAbandonment>(0));
}

TEST_F(FoundingAbandonments, AMemberThatNeverPromisedGivesItsWordWhenAsked) {
  start(2);
  ASSERT_TRUE(bond(0, 9));
  const Proposal proposal = set_of({0, 1, 2});
  FoundingAbandonment asked = abandonment_of(0, proposal);
  asked.answer_wanted = true;
  ASSERT_TRUE(receive(0, asked));
  EXPECT_EQ(written_, 1);
  ASSERT_TRUE(sends<FoundingAbandonment>(0));
  EXPECT_EQ(sent<FoundingAbandonment>(0)[0].vow.member, person(2));
  forget();
  ASSERT_TRUE(receive(0, FoundingProposal{proposal}));
  EXPECT_FALSE(sends<FoundingPromise>(0)) << "the word holds";
}

TEST_F(FoundingAbandonments, WhoHoldsTheCertificateNeverAbandons) {
  const Certificate certificate = found(2, {0, 1, 2});
  FoundingAbandonment asked = abandonment_of(0, certificate.proposal);
  asked.answer_wanted = true;
  ASSERT_TRUE(receive(0, asked));
  pass(long_enough);
  for (const FoundingAbandonment& said : sent<FoundingAbandonment>(0)) {
    EXPECT_EQ(said.vow.member, person(0));
  }
  EXPECT_TRUE(founding_->acts());
}

TEST_F(FoundingAbandonments, TheWordOfHalfOfTheSetVoidsACertificate) {
  const Certificate certificate = found(2, {0, 1, 2});
  ASSERT_TRUE(receive(0, abandonment_of(0, certificate.proposal)));
  EXPECT_TRUE(founding_->acts());
  ASSERT_TRUE(receive(0, abandonment_of(1, certificate.proposal)));
  EXPECT_FALSE(founding_->acts());
  sync();
  EXPECT_EQ(events_, std::vector{FoundingEvent::withdrawn});
  EXPECT_FALSE(founding_->genesis());
  EXPECT_EQ(founding_->founders(), 3) << "its holder is free again";
  start(2);
  EXPECT_FALSE(founding_->genesis());
  EXPECT_EQ(founding_->founders(), 3);
}

TEST_F(FoundingAbandonments, WhatMayBeCommittedIsNotVoid) {
  const Certificate certificate = found(2, {0, 1, 2});
  founding_->log_begun();
  ASSERT_TRUE(receive(0, abandonment_of(0, certificate.proposal)));
  ASSERT_TRUE(receive(0, abandonment_of(1, certificate.proposal)));
  sync();
  EXPECT_TRUE(founding_->acts());
}

TEST_F(FoundingAbandonments, TheLogOfAVoidSetDoesNotEndTheRight) {
  const Certificate certificate = found(2, {0, 1, 2});
  ASSERT_TRUE(receive(0, abandonment_of(0, certificate.proposal)));
  ASSERT_TRUE(receive(1, abandonment_of(1, certificate.proposal)));
  founding_->log_begun();  // it is there until the withdrawal is durable
  sync();
  EXPECT_EQ(events_, std::vector{FoundingEvent::withdrawn});
  EXPECT_EQ(founding_->founders(), 3);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  forget();
  ASSERT_TRUE(receive(0, FoundingProposal{set_of({0, 1, 2}, 2)}));
  EXPECT_TRUE(sends<FoundingPromise>(0));
}

TEST_F(FoundingAbandonments, WhoGaveASetUpJoinsItsGroupAsSomebodyElse) {
  const Proposal proposal = give_up_four();
  const Certificate certificate = certificate_of({0, 1, 2, 3});
  ASSERT_EQ(certificate.proposal, proposal);
  forget();
  ASSERT_TRUE(receive(0, GenesisNotice{certificate}));
  EXPECT_TRUE(sends<FoundingAbandonment>(0)) << "its word stands";
  sync();
  EXPECT_EQ(events_, (std::vector{FoundingEvent::adopted, FoundingEvent::storage_renewed}));
  EXPECT_FALSE(founding_->acts());
  EXPECT_EQ(founding_->genesis_id(), proposal.id());
  ASSERT_TRUE(renamed_);
  EXPECT_EQ(founding_->self(), (MemberId{person(3).peer, *renamed_}));
  EXPECT_NE(*renamed_, person(3).storage);
}

TEST_F(FoundingAbandonments, AHolderIsToldThatItsSetIsVoid) {
  const Proposal proposal = give_up_four();
  ASSERT_TRUE(receive(1, abandonment_of(1, proposal)));
  ASSERT_TRUE(bond(2, 0, proposal.id()));
  forget();
  ASSERT_TRUE(receive(2, GenesisNotice{certificate_of({0, 1, 2, 3})}));
  sync();
  EXPECT_TRUE(founding_->genesis_id().is_none()) << "it is no genesis";
  ASSERT_EQ(sent<FoundingAbandonment>(2).size(), 2);
  EXPECT_NE(sent<FoundingAbandonment>(2)[0].vow.member, sent<FoundingAbandonment>(2)[1].vow.member);
}

TEST_F(FoundingAbandonments, AVoidNameDoesNotStandInTheWayOfTheNextAttempt) {
  const Proposal proposal = give_up_four();
  ASSERT_TRUE(receive(1, abandonment_of(1, proposal)));
  ASSERT_TRUE(bond(2, 0, proposal.id()));
  forget();
  ASSERT_TRUE(receive(1, FoundingProposal{set_of({0, 1, 3, 4}, 2)}));
  EXPECT_TRUE(sends<FoundingPromise>(1));
}

TEST_F(FoundingAbandonments, HoldersOfACertificateGatherTheWordsAmongThemselves) {
  const Certificate certificate = found(2, {0, 1, 2});
  ASSERT_TRUE(receive(0, abandonment_of(0, certificate.proposal)));
  ASSERT_TRUE(bond(4, 0, certificate.proposal.id()));
  EXPECT_TRUE(sends<FoundingAbandonment>(4));
  founding_->log_begun();
  forget();
  pass(long_enough);
  EXPECT_FALSE(sends<FoundingAbandonment>(4)) << "it is settled";
}

TEST_F(FoundingAbandonments, AMemberThatWaitsInVainForWordSaysSo) {
  give_up_four();
  EXPECT_FALSE(founding_->problem());
  pass(seconds{30});
  ASSERT_TRUE(founding_->problem());
  EXPECT_NE(founding_->problem()->message().find(person(0).peer.brief()), std::string::npos);
}

}  // namespace
}  // namespace tessera::core
