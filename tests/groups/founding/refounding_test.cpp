#include "founding_fixture.h"
#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/founding/refounding.h>

/// What a copy of a group's data becomes: a new group, or one more member of the old one.
namespace tessera::core {
namespace {

class RefoundingTest : public FoundingTest {
 protected:
  /// Person 0 founds anew; the old group's were 3, 4 and 5.
  static Refounding refounded() {
    GroupSettings settings;
    settings.committee_target = 7;
    auto refounding = Refounding::begin({the_group, person(0), settings, 9}, signer(0));
    EXPECT_TRUE(refounding.has_value());
    return *std::move(refounding);
  }
  static storage::SnapshotManifest old_snapshot() {
    RuntimePart part;
    part.genesis = certificate_of({3, 4, 5}).proposal.id();
    part.configuration = set_of({3, 4, 5}).members;
    part.settings.committee_target = 7;
    EXPECT_TRUE(part.sessions.open(Index(4), {{person(4).peer, 11}, {}}, {}));
    const Anchor anchor({at, LogTime(1234), encode_runtime_part(part)});
    return {at, encode_anchor(anchor), 3, Bytes::copy("what the strategy keeps")};
  }
  static RawEntry entry(EntryKind kind, Bytes data) {
    return RawEntry{at, kind, LogTime(55), std::move(data)};
  }
  static constexpr Cursor at{Term(4), Index(21)};
};

TEST_F(RefoundingTest, TheNewGroupKeepsStateSessionsAndSettingsAndHasOneMember) {
  const Refounding refounding = refounded();
  const storage::SnapshotManifest before = old_snapshot();
  const auto after = refounding.rewritten(before);
  ASSERT_TRUE(after.has_value());
  EXPECT_EQ(after->position, at);
  EXPECT_EQ(after->parts, before.parts);
  EXPECT_EQ(after->contents, before.contents);
  const auto anchor = decode_anchor(after->anchor);
  EXPECT_EQ(anchor->position(), at);
  EXPECT_EQ(anchor->time(), LogTime(1234));
  const auto part = decode_runtime_part(anchor->runtime());
  ASSERT_TRUE(part.has_value());
  EXPECT_EQ(part->genesis, refounding.genesis());
  EXPECT_NE(part->genesis, certificate_of({3, 4, 5}).proposal.id());
  EXPECT_EQ(part->configuration.members(), std::set{person(0)});
  EXPECT_TRUE(part->configuration.is_voter(person(0)));
  EXPECT_EQ(part->settings, *settings_in(before));
  EXPECT_EQ(part->sessions.sessions().size(), 1u);
}

TEST_F(RefoundingTest, NothingInTheLogSpeaksOfTheOldMembers) {
  const Refounding refounding = refounded();
  const auto members =
      refounding.rewritten(entry(EntryKind::membership, encode_configuration(set_of({3}).members)));
  ASSERT_TRUE(members.has_value());
  EXPECT_EQ(*members, entry(EntryKind::noop, {}));
  const auto first =
      refounding.rewritten(entry(EntryKind::genesis, encode_proposal(set_of({3, 4, 5}))));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(decode_proposal(first->data)->id(), refounding.genesis());
  const Bytes data = Bytes::copy("data");
  for (const EntryKind kind : {EntryKind::noop, EntryKind::command, EntryKind::settings,
                               EntryKind::marker, EntryKind::session}) {
    EXPECT_EQ(*refounding.rewritten(entry(kind, data)), entry(kind, data));
  }
}

TEST_F(RefoundingTest, AnEntryOfAnUnknownKindIsNotGuessedAt) {
  const auto unknown = refounded().rewritten(entry(static_cast<EntryKind>(99), {}));
  ASSERT_FALSE(unknown.has_value());
  EXPECT_TRUE(unknown.error().is(Errc::needs_upgrade));
}

TEST_F(RefoundingTest, TheFounderActsAndRefusesTheOldGroup) {
  log_begun_ = true;  // it holds what the old group held
  start(0, Genesis::join(), refounded().founding_record());
  EXPECT_TRUE(founding_->acts());
  EXPECT_EQ(founding_->genesis_id(), refounded().genesis());
  const auto refused = bond(3, 0, certificate_of({3, 4, 5}).proposal.id());
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(refused.error().is(Errc::genesis_conflict));
  EXPECT_TRUE(bond(1, 0));
  EXPECT_TRUE(sends<GenesisNotice>(1)) << "whoever joins is told of it";
}

TEST_F(RefoundingTest, NoTwoOfThemAreOneGroup) {
  const auto other = Refounding::begin({the_group, person(1), GroupSettings(), 9}, signer(1));
  EXPECT_NE(refounded().genesis(), other->genesis());
  const auto again = Refounding::begin(
      {the_group, {person(0).peer, StorageId(UniqueId::from("drawn anew"))}, GroupSettings(), 9},
      signer(0));
  EXPECT_NE(refounded().genesis(), again->genesis());
}

TEST_F(RefoundingTest, AMemberMadeFromACopyActsInNoFoundingAndMayNotFound) {
  const Certificate certificate = certificate_of({3, 4, 5});
  const auto record = joining_record(person(0), certificate);
  ASSERT_TRUE(record.has_value());
  log_begun_ = true;
  start(0, Genesis::expect(3), *record);
  EXPECT_FALSE(founding_->acts());
  EXPECT_EQ(founding_->founders(), 0);
  EXPECT_EQ(founding_->genesis_id(), certificate.proposal.id());
  EXPECT_EQ(*certificate_in(*record, person(0)), certificate);
  const auto refused = bond(1, 0, refounded().genesis());
  EXPECT_TRUE(refused.error().is(Errc::genesis_conflict));
}

TEST_F(RefoundingTest, AFoundersStorageIdIsNotTakenOver) {
  EXPECT_TRUE(
      joining_record(person(3), certificate_of({3, 4, 5})).error().is(Errc::invalid_argument));
}

TEST_F(RefoundingTest, AForgedCertificateJoinsNothing) {
  Certificate forged = certificate_of({3, 4, 5});
  forged.promises[1].signature = forged.promises[0].signature;
  EXPECT_TRUE(joining_record(person(0), forged).error().is(Errc::malformed));
}

}  // namespace
}  // namespace tessera::core
