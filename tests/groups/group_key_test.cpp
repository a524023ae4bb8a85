#include <tessera/groups/group_key.h>
#include <tessera/primitives/hex.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace tessera {
namespace {

const NetworkId network{UniqueId::from("network")};

std::array<std::uint8_t, GroupKey::size> counted() {
  std::array<std::uint8_t, GroupKey::size> bytes{};
  for (std::size_t at = 0; at < bytes.size(); ++at) bytes[at] = static_cast<std::uint8_t>(at);
  return bytes;
}

TEST(GroupKey, APassphraseIsStretchedTheSameWayOnEveryNode) {
  const auto one = GroupKey::from("a shared secret").stretch(network);
  const auto two = GroupKey::from("a shared secret").stretch(network);
  ASSERT_TRUE(one);
  ASSERT_TRUE(two);
  EXPECT_EQ(*one, *two);
  // Pinned by the wire version: members with other parameters could never meet.
  EXPECT_EQ(to_hex(one->view()),
            "705af80fd22ed21dca3913b12dc0714b8595e8e5bc748e31f8d6e2a0ed191ef6");
}

TEST(GroupKey, TheNetworkIsTheSaltOfAPassphrase) {
  const GroupKey key = GroupKey::from("a shared secret");
  const auto other = key.stretch(NetworkId(UniqueId::from("another network")));
  ASSERT_TRUE(other);
  EXPECT_FALSE(*key.stretch(network) == *other);
}

TEST(GroupKey, BytesAreTheSecretItself) {
  const auto secret = GroupKey::from(counted()).stretch(network);
  ASSERT_TRUE(secret);
  EXPECT_TRUE(std::ranges::equal(secret->view(), counted()));
}

TEST(GroupKey, RandomKeysDifferAndCanBeShared) {
  const GroupKey one = GroupKey::random();
  EXPECT_FALSE(one == GroupKey::random());
  const auto bytes = one.bytes();
  ASSERT_TRUE(bytes);
  EXPECT_TRUE(GroupKey::from(*bytes) == one);
}

TEST(GroupKey, APassphraseIsNeverEqualToBytes) {
  const auto bytes = counted();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  EXPECT_FALSE(GroupKey::from(text) == GroupKey::from(bytes));
  const auto none = GroupKey::from(text).bytes();
  ASSERT_FALSE(none);
  EXPECT_TRUE(none.error().is(Errc::invalid_argument));
}

TEST(GroupSecret, ItsDigestSaysWhichButNotWhat) {
  const GroupSecret secret(counted());
  EXPECT_EQ(secret.digest(), GroupSecret(counted()).digest());
  EXPECT_FALSE(std::ranges::equal(secret.digest().view(), secret.view()));
  auto other = counted();
  other[31] ^= 1;
  EXPECT_NE(secret.digest(), GroupSecret(other).digest());
}

}  // namespace
}  // namespace tessera
