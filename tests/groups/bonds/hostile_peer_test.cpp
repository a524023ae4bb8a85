#include "bonds_fixture.h"
#include <tessera/groups/core/bonds/bond_messages.h>
#include <tessera/groups/core/bonds/bond_proofs.h>
#include <tessera/primitives/random.h>

/// Peers that break the protocol: each gets an error and learns nothing.
namespace tessera::core {
namespace {

class HostilePeer : public LinkBondsTest {
 protected:
  Result<void> say(const BondMessage& message) {
    return a.bonds.receive(encode_bond_message(message));
  }

  /// The tag that `a` sent for the group's key, and the one it waits for.
  [[nodiscard]] static UniqueId tag_of(const TestGroup& group, LinkRole sender) {
    return bond_tag(group.secret, ends("a", "b", "link"), sender);
  }

  static BondTags tags_with(const UniqueId& tag) {
    BondTags tags{{tag}};
    Decoys(ends("b", "a", "link")).pad(tags.tags, 16);
    return tags;
  }

  /// `a` knows that the peer has the key.
  void prove(const TestGroup& group) {
    a.add(group);
    a.bonds.start();
    ASSERT_TRUE(say(tags_with(tag_of(group, LinkRole::listener))));
    ASSERT_TRUE(say(BondProof{tag_of(group, LinkRole::dialler),
                              own_key_proof(group.secret, ends("b", "a", "link"))}));
    a.take();
    ASSERT_TRUE(a.bonds.key_proven(group.id()));
  }

  [[nodiscard]] static BondOffers offer_of(const TestGroup& group, Slot slot) {
    return {tag_of(group, LinkRole::dialler),
            {{slot, component_proofs(group.secret, group.components, ends("b", "a", "link"),
                                     LinkRole::listener)}}};
  }
};

TEST_F(HostilePeer, AProofFromAnotherLinkIsWrong) {
  const TestGroup group(1);
  a.add(group);
  a.bonds.start();
  ASSERT_TRUE(say(tags_with(tag_of(group, LinkRole::listener))));
  const auto taken = say(BondProof{tag_of(group, LinkRole::dialler),
                                   own_key_proof(group.secret, ends("b", "a", "another link"))});
  ASSERT_FALSE(taken);
  EXPECT_TRUE(taken.error().is(Errc::handshake_failed));
}

TEST_F(HostilePeer, ATagFromAnotherLinkMatchesNothing) {
  const TestGroup group(1);
  a.add(group);
  a.bonds.start();
  a.take();
  a.out.clear();
  const LinkEnds elsewhere = ends("a", "b", "another link");
  ASSERT_TRUE(say(tags_with(bond_tag(group.secret, elsewhere, LinkRole::listener))));
  a.take();
  EXPECT_TRUE(a.out.empty());
  EXPECT_EQ(a.all<KeyUnmatched>().size(), 1);
}

TEST_F(HostilePeer, OwnTagsAndProofsSentBackProveNothing) {
  const TestGroup group(1);
  a.add(group);
  a.bonds.start();
  a.take();
  const Bytes own_tags = a.out.front();
  a.out.clear();
  ASSERT_TRUE(a.bonds.receive(own_tags));
  a.take();
  EXPECT_TRUE(a.out.empty()) << "a tag says whose it is";
  ASSERT_TRUE(say(tags_with(tag_of(group, LinkRole::listener))));
  const auto taken = say(BondProof{tag_of(group, LinkRole::dialler),
                                   own_key_proof(group.secret, ends("a", "b", "link"))});
  ASSERT_FALSE(taken) << "a proof names its prover";
}

TEST_F(HostilePeer, OwnComponentsSentBackDoNotMatch) {
  const TestGroup group(1);
  prove(group);
  BondOffers echo{tag_of(group, LinkRole::dialler),
                  {{1, component_proofs(group.secret, group.components, ends("a", "b", "link"),
                                        LinkRole::dialler)}}};
  ASSERT_TRUE(say(echo));
  a.take();
  EXPECT_TRUE(a.all<HelloWanted>().empty());
  ASSERT_EQ(a.all<GroupMismatch>().size(), 1);
  EXPECT_EQ(a.all<GroupMismatch>()[0].differing.size(), GroupComponents::count);
}

TEST_F(HostilePeer, StepsOutOfTurnAreRefused) {
  const TestGroup group(1);
  a.add(group);
  a.bonds.start();
  EXPECT_FALSE(say(offer_of(group, 1))) << "before the proof";
  EXPECT_FALSE(say(BondProof{tag_of(group, LinkRole::dialler), {}})) << "before the tag";
  EXPECT_FALSE(say(BondProof{UniqueId::from("no tag"), {}}));
  EXPECT_FALSE(say(BondStatement{{1, 1}, Bytes::copy("hello")}));
  EXPECT_FALSE(say(BondEnd{1, std::nullopt, 1, ""}));
}

TEST_F(HostilePeer, AProofIsGivenOnce) {
  const TestGroup group(1);
  prove(group);
  EXPECT_FALSE(say(BondProof{tag_of(group, LinkRole::dialler),
                             own_key_proof(group.secret, ends("b", "a", "link"))}));
}

TEST_F(HostilePeer, SlotsAreNeverReused) {
  const TestGroup group(1);
  prove(group);
  ASSERT_TRUE(say(offer_of(group, 5)));
  ASSERT_TRUE(say(BondEnd{5, std::nullopt, 1, ""}));
  EXPECT_FALSE(say(offer_of(group, 5)));
  EXPECT_FALSE(say(offer_of(group, 4)));
  EXPECT_FALSE(say(offer_of(group, 0)));
  EXPECT_TRUE(say(offer_of(group, 6)));
}

TEST_F(HostilePeer, AGroupIsOfferedOnceAtATime) {
  const TestGroup group(1);
  prove(group);
  ASSERT_TRUE(say(offer_of(group, 1)));
  EXPECT_FALSE(say(offer_of(group, 2)));
}

TEST_F(HostilePeer, OffersNameEveryComponent) {
  const TestGroup group(1);
  prove(group);
  BondOffers short_list = offer_of(group, 1);
  short_list.offers[0].components.pop_back();
  EXPECT_FALSE(say(short_list));
  EXPECT_FALSE(say(BondOffers{tag_of(group, LinkRole::dialler), {}}));
}

TEST_F(HostilePeer, AHelloIsGivenOnceAndWithinItsBounds) {
  const TestGroup group(1);
  prove(group);
  ASSERT_TRUE(say(offer_of(group, 1)));
  const Bytes large(std::vector<std::uint8_t>(LinkBonds::hello_max + 1));
  EXPECT_FALSE(say(BondStatement{{1, 1}, large}));
  EXPECT_FALSE(say(BondStatement{{2, 1}, Bytes::copy("hello")})) << "a slot it never offered";
  ASSERT_TRUE(say(BondStatement{{1, 1}, Bytes::copy("hello")}));
  EXPECT_FALSE(say(BondStatement{{1, 1}, Bytes::copy("hello")}));
}

TEST_F(HostilePeer, FloodsOfTagsAndOffersEnd) {
  a.bonds.start();
  Decoys decoys(ends("b", "a", "link"));
  bool refused = false;
  for (int message = 0; message < 100 && !refused; ++message) {
    BondTags tags;
    decoys.pad(tags.tags, 1);
    decoys.pad(tags.tags, 16);
    refused = !say(tags);
  }
  EXPECT_FALSE(refused) << "1600 tags are a large node's";
  for (int message = 0; message < 1000 && !refused; ++message) {
    BondTags tags;
    for (int batch = 0; batch < 16; ++batch) {
      BondTags more;
      decoys.pad(more.tags, 16);
      tags.tags.merge(more.tags);
    }
    refused = !say(tags);
  }
  EXPECT_TRUE(refused);
}

TEST_F(HostilePeer, AFloodOfOffersEnds) {
  const TestGroup group(1);
  prove(group);
  TestGroup other = group;
  other.components.machine = UniqueId::from("another");
  bool refused = false;
  for (Slot slot = 1; slot < 5000 && !refused; ++slot) refused = !say(offer_of(other, slot));
  EXPECT_TRUE(refused);
}

TEST_F(HostilePeer, LargeAndUnreadableMessagesAreRefused) {
  a.bonds.start();
  const auto large = a.bonds.receive(Bytes(std::vector<std::uint8_t>(1U << 20U)));
  ASSERT_FALSE(large);
  EXPECT_TRUE(large.error().is(Errc::too_large));
  for (const std::string_view text : {"", "x", "\xff\xff\xff\xff\xff"}) {
    const auto taken = a.bonds.receive(Bytes::copy(text));
    ASSERT_FALSE(taken);
    EXPECT_TRUE(taken.error().is(Errc::malformed));
  }
}

/// Every message of an honest exchange, changed at random: an error or no effect, never a bond
/// that one side alone believes in, never a crash.
TEST_F(HostilePeer, ChangedMessagesNeverMakeABond) {
  const TestGroup group(1);
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    Random random(seed);
    TestEnd one{ends("a", "b", "link")};
    TestEnd two{ends("b", "a", "link")};
    one.add(group);
    two.add(group);
    one.bonds.start();
    two.bonds.start();
    one.take();
    two.take();
    const std::uint64_t changed_message = random.below(8);
    std::uint64_t message = 0;
    bool refused = false;
    while (!refused && (!one.out.empty() || !two.out.empty())) {
      TestEnd& from = one.out.empty() ? two : one;
      TestEnd& to = one.out.empty() ? one : two;
      Bytes payload = from.out.front();
      from.out.pop_front();
      if (message++ == changed_message) {
        std::vector<std::uint8_t> bytes(payload.view().begin(), payload.view().end());
        bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 + random.below(255));
        if (random.chance({1, 4})) bytes.resize(random.below(bytes.size()));
        payload = Bytes(std::move(bytes));
      }
      refused = !to.bonds.receive(payload);
      to.take();
    }
    ASSERT_TRUE(refused || one.bonded(group) == two.bonded(group)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tessera::core
