#include <tessera/primitives/ids.h>
#include <tessera/primitives/unique_id.h>

#include <gtest/gtest.h>

#include <sstream>

namespace tessera::test {
namespace {

TEST(UniqueId, IsNoneByDefault) {
  EXPECT_TRUE(UniqueId().is_none());
  EXPECT_FALSE(UniqueId::from("").is_none());
  EXPECT_EQ(UniqueId().hex(), std::string(64, '0'));
}

// See hash_test.cpp for where these digests come from. Networks and groups find each other by
// them: they never change.
TEST(UniqueId, FromIsPinned) {
  EXPECT_EQ(UniqueId::from("abc").hex(),
            "f1b2b3a27220a67872419ec411e6206d73a771f59b870d5154ec3d84d498523b");
  EXPECT_EQ(UniqueId::from(as_bytes("abc")), UniqueId::from("abc"));
}

TEST(UniqueId, DeriveIsPinned) {
  const UniqueId id = UniqueId::from("abc");
  EXPECT_EQ(id.derive("def").hex(),
            "f7c3d2cf6df077319a8069d3ac50c797b6afbb7463f3fdc5bb7d40459146145a");
  EXPECT_EQ(id.derive(std::uint64_t{7}).hex(),
            "4b1fde2887410eb96aaf31b1b6f23a095cdbfd260fdfeddc727220ac9ca91522");
  EXPECT_EQ(id.derive(id).hex(),
            "a55c8d0a8b60ca98bc6c592fab57fac74d2b1f7a99f597fbaa0811fb1815d3e6");
}

TEST(UniqueId, DerivingInAnotherOrderGivesAnotherId) {
  const UniqueId id;
  EXPECT_NE(id.derive("a").derive("b"), id.derive("b").derive("a"));
  EXPECT_NE(id.derive("ab").derive("c"), id.derive("a").derive("bc"));
  EXPECT_NE(UniqueId::from("a").derive(UniqueId::from("b")),
            UniqueId::from("b").derive(UniqueId::from("a")));
}

TEST(UniqueId, HexComesBack) {
  const UniqueId id = UniqueId::from("there and back");
  EXPECT_EQ(UniqueId::parse(id.hex()), id);
  EXPECT_EQ(id.brief(), id.hex().substr(0, 10));
}

TEST(UniqueId, ParseTakesSixtyFourDigitsOnly) {
  const std::string hex = UniqueId::from("x").hex();
  EXPECT_EQ(UniqueId::parse(""), std::nullopt);
  EXPECT_EQ(UniqueId::parse(hex.substr(2)), std::nullopt);
  EXPECT_EQ(UniqueId::parse(hex + "00"), std::nullopt);
  EXPECT_EQ(UniqueId::parse("zz" + hex.substr(2)), std::nullopt);
}

TEST(UniqueId, OrdersByBytes) {
  UniqueId::Array bytes{};
  bytes[0] = 1;
  EXPECT_LT(UniqueId(), UniqueId(bytes));
}

TEST(TaggedId, IsPrintedBriefly) {
  const PeerId peer(UniqueId::from("peer"));
  std::ostringstream out;
  out << peer << ' ' << peer.id();
  EXPECT_EQ(out.str(), peer.brief() + ' ' + peer.brief());
}

TEST(TaggedId, KindsDoNotMix) {
  static_assert(!std::is_convertible_v<PeerId, GroupId>);
  static_assert(!std::is_constructible_v<PeerId, GroupId>);
  static_assert(!std::is_convertible_v<UniqueId, PeerId>);
  EXPECT_TRUE(PeerId().is_none());
}

}  // namespace
}  // namespace tessera::test
