#include "founding_fixture.h"

/// Hearing of a group, hearing of two, and what is not believed.
namespace tessera::core {
namespace {

class FoundingGenesis : public FoundingTest {};

TEST_F(FoundingGenesis, HearingOfAGroupEndsTheRightForGood) {
  start(0);
  ASSERT_TRUE(bond(3, 0, certificate_of({3, 4, 5}).proposal.id()));
  ASSERT_TRUE(receive(3, GenesisNotice{certificate_of({3, 4, 5})}));
  EXPECT_EQ(founding_->founders(), 0);
  sync();
  EXPECT_EQ(events_, std::vector{FoundingEvent::adopted});
  EXPECT_FALSE(founding_->acts());
  start(0);
  EXPECT_EQ(founding_->founders(), 0);
  EXPECT_EQ(founding_->genesis_id(), certificate_of({3, 4, 5}).proposal.id());
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(bond(2));
  forget();
  ASSERT_TRUE(receive(1, FoundingProposal{set_of({0, 1, 2})}));
  EXPECT_FALSE(sends<FoundingPromise>(1));
  EXPECT_TRUE(sends<GenesisNotice>(1)) << "latecomers are told";
}

TEST_F(FoundingGenesis, APromiseThatIsOutIsGivenUpWhenAGroupIsHeardOf) {
  start(0);
  ASSERT_TRUE(bond(1));
  ASSERT_TRUE(bond(2));
  const Proposal proposal = sent<FoundingProposal>(1).at(0).proposal;
  ASSERT_TRUE(bond(3, 0));
  ASSERT_TRUE(receive(3, GenesisNotice{certificate_of({3, 4, 5})}));
  sync();
  ASSERT_TRUE(receive(1, promise_of(1, proposal)));
  ASSERT_TRUE(receive(2, promise_of(2, proposal)));
  sync();
  EXPECT_FALSE(founding_->acts());
  EXPECT_EQ(founding_->genesis_id(), certificate_of({3, 4, 5}).proposal.id());
}

TEST_F(FoundingGenesis, LatecomersAreToldUntilTheyStateTheGenesis) {
  const Certificate certificate = found(0, {0, 1, 2});
  ASSERT_TRUE(bond(4, 3));
  EXPECT_TRUE(sends<GenesisNotice>(4));
  forget();
  pass(milliseconds{600});
  EXPECT_TRUE(sends<GenesisNotice>(4));
  EXPECT_FALSE(founding_->shares_genesis(person(4).peer));
  ASSERT_TRUE(receive(4, GenesisNotice{certificate}));
  EXPECT_TRUE(founding_->shares_genesis(person(4).peer));
  ASSERT_FALSE(sent<GenesisNotice>(4).empty());
  EXPECT_FALSE(sent<GenesisNotice>(4).back().answer_wanted);
  for (const std::size_t other : {1U, 2U}) {
    ASSERT_TRUE(receive(other, GenesisNotice{certificate, false}));
  }
  forget();
  pass(long_enough);
  EXPECT_TRUE(sent_.empty());
  EXPECT_FALSE(founding_->next_deadline()) << "an idle group costs no timer";
}

TEST_F(FoundingGenesis, AMemberWithoutHistoryThatMeetsTwoGroupsJoinsNeither) {
  start(0, Genesis::join());
  ASSERT_TRUE(bond(1, 0, certificate_of({1, 2, 3}).proposal.id()));
  ASSERT_TRUE(bond(4, 0, certificate_of({4, 5, 6}).proposal.id()));
  ASSERT_TRUE(receive(1, GenesisNotice{certificate_of({1, 2, 3})}));
  ASSERT_TRUE(receive(4, GenesisNotice{certificate_of({4, 5, 6})}));
  sync();
  EXPECT_FALSE(founding_->genesis());
  ASSERT_TRUE(founding_->problem());
  EXPECT_TRUE(founding_->problem()->is(Errc::genesis_conflict));
  founding_->bond_down(now_, person(4).peer);
  EXPECT_TRUE(founding_->problem()) << "a link that comes and goes does not decide it";
}

TEST_F(FoundingGenesis, AGroupJustAdoptedIsLeftAgainWhenThereIsASecond) {
  start(0, Genesis::join());
  ASSERT_TRUE(bond(1, 0));
  ASSERT_TRUE(receive(1, GenesisNotice{certificate_of({1, 2, 3})}));
  sync();
  ASSERT_TRUE(founding_->genesis());
  ASSERT_TRUE(bond(4, 0, certificate_of({4, 5, 6}).proposal.id()));
  EXPECT_FALSE(founding_->genesis());
  sync();
  EXPECT_EQ(events_.back(), FoundingEvent::withdrawn);
  EXPECT_TRUE(founding_->problem()->is(Errc::genesis_conflict));
}

TEST_F(FoundingGenesis, AMemberWithHistoryRefusesTheOtherGroup) {
  found(0, {0, 1, 2});
  founding_->log_begun();
  const auto refused = bond(4, 0, certificate_of({4, 5, 6}).proposal.id());
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(Errc::genesis_conflict));
  EXPECT_TRUE(founding_->genesis());
  EXPECT_TRUE(founding_->problem()->is(Errc::genesis_conflict)) << "and says so";
}

TEST_F(FoundingGenesis, TheSameGenesisIsNoConflict) {
  const Certificate certificate = found(0, {0, 1, 2});
  founding_->log_begun();
  EXPECT_TRUE(bond(4, 0, certificate.proposal.id()));
  EXPECT_TRUE(founding_->shares_genesis(person(4).peer));
  EXPECT_FALSE(founding_->problem());
}

TEST_F(FoundingGenesis, ForgedWordsAreRefused) {
  start(2);
  ASSERT_TRUE(bond(0));
  ASSERT_TRUE(bond(1));
  const Proposal proposal = set_of({0, 1, 2});
  ASSERT_TRUE(receive(0, FoundingProposal{proposal}));
  FoundingPromise forged = promise_of(1, proposal);
  forged.vow.signature.bytes[0] ^= 1;
  EXPECT_FALSE(receive(0, forged));
  FoundingPromise anothers = promise_of(0, proposal);
  anothers.vow.member = person(1);
  EXPECT_FALSE(receive(0, anothers));
  FoundingAbandonment unsaid = abandonment_of(1, proposal);
  unsaid.vow.signature = promise_of(1, proposal).vow.signature;
  EXPECT_FALSE(receive(0, unsaid)) << "a promise is no abandonment";
  Certificate incomplete = certificate_of({0, 1, 2});
  incomplete.promises.pop_back();
  EXPECT_FALSE(receive(0, GenesisNotice{incomplete}));
  sync();
  EXPECT_FALSE(founding_->genesis());
}

TEST_F(FoundingGenesis, WordsAboutAnotherGroupAreRefused) {
  start(2);
  ASSERT_TRUE(bond(0));
  Proposal proposal = set_of({0, 1, 2});
  proposal.group = GroupId(UniqueId::from("another"));
  const auto refused = receive(0, FoundingProposal{proposal});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(Errc::foreign));
}

TEST_F(FoundingGenesis, ARecordThatDoesNotDecodeIsDamage) {
  options_.self = person(0);
  options_.group = the_group;
  Founding founding(options_, signer(0));
  const auto refused = founding.start(now_, {Bytes::copy("nonsense"), false, {}});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(Errc::damaged));
}

TEST_F(FoundingGenesis, TheRecordOfAnotherStoreIsForeign) {
  found(0, {0, 1, 2});
  options_.self.storage = StorageId(UniqueId::from("another store"));
  Founding founding(options_, signer(0));
  const auto refused = founding.start(now_, {record_, false, {}});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(Errc::foreign));
}

TEST(Certificate, NeedsTheGenuinePromiseOfEachMember) {
  EXPECT_TRUE(certificate_of({0, 1, 2}).verify());
  EXPECT_TRUE(certificate_of({0}).verify());
  Certificate twice = certificate_of({0, 1, 2});
  twice.promises[1] = twice.promises[0];
  EXPECT_FALSE(twice.verify());
  Certificate other = certificate_of({0, 1, 2});
  other.proposal.nonce = 2;
  EXPECT_FALSE(other.verify());
}

TEST(Proposal, ItsIdCoversEverythingInIt) {
  const Proposal proposal = set_of({0, 1, 2});
  Proposal nonce = proposal;
  nonce.nonce = 2;
  Proposal settings = proposal;
  settings.settings.heartbeat = milliseconds{50};
  Proposal group = proposal;
  group.group = GroupId(UniqueId::from("another"));
  EXPECT_EQ(proposal.id(), set_of({2, 1, 0}).id());
  for (const Proposal& other : {nonce, settings, group, set_of({0, 1, 3})}) {
    EXPECT_NE(proposal.id(), other.id());
  }
}

TEST(Proposal, NamesEachNodeOnceAndHasNoLearners) {
  EXPECT_TRUE(set_of({0, 1, 2}).validate());
  Proposal nobody = set_of({});
  Proposal twice = set_of({0, 1});
  twice.members.voters.insert({person(0).peer, StorageId(UniqueId::from("a second store"))});
  Proposal learner = set_of({0, 1});
  learner.members.learners.insert(person(2));
  Proposal joint = set_of({0, 1});
  joint.members.voters_outgoing.insert(person(2));
  for (const Proposal& bad : {nobody, twice, learner, joint}) EXPECT_FALSE(bad.validate());
}

}  // namespace
}  // namespace tessera::core
