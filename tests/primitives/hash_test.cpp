// The expected digests were computed with Python's hashlib: BLAKE2b with 32 bytes of output over
// the parts, each after its length as eight little-endian bytes, the domain first.

#include <tessera/primitives/hash.h>

#include <gtest/gtest.h>

#include <numeric>

namespace tessera::test {
namespace {

TEST(Hasher, IsBlake2b256OverLengthPrefixedParts) {
  EXPECT_EQ(Hasher("tessera/id").add("abc").digest().hex(),
            "f1b2b3a27220a67872419ec411e6206d73a771f59b870d5154ec3d84d498523b");
  EXPECT_EQ(Hasher("tessera/id").add("").digest().hex(),
            "12a4af70e97612d61ea2a4eb705bd4c9ba89c63e631ba02cb6f983b64b6d6228");
}

TEST(Hasher, WithAKeyIsKeyedBlake2b) {
  std::array<std::uint8_t, 32> key;
  std::iota(key.begin(), key.end(), std::uint8_t{0});
  EXPECT_EQ(Hasher(Hasher::Keyed{key, "domain"}).add("message").digest().hex(),
            "6eab1fc2f9893457f710b8e1ad0b0ae671dbcc868203f88952c69bc948b53a20");
}

TEST(Hasher, SeparatesPartsAndDomains) {
  const UniqueId digest = Hasher("a").add("bc").digest();
  EXPECT_NE(digest, Hasher("ab").add("c").digest());
  EXPECT_NE(digest, Hasher("a").add("b").add("c").digest());
  EXPECT_NE(digest, Hasher("a").add("bc").add("").digest());
  EXPECT_EQ(digest, Hasher("a").add(as_bytes("bc")).digest());
}

TEST(Hasher, ANumberIsItsEightBytes) {
  const std::array<std::uint8_t, 8> bytes{7, 1, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(Hasher("n").add(std::uint64_t{0x107}).digest(),
            Hasher("n").add(ByteView(bytes)).digest());
}

TEST(Hasher, ACopyGoesItsOwnWay) {
  Hasher one("copy");
  one.add("common");
  Hasher other = one;
  EXPECT_EQ(one.add("x").digest(), Hasher("copy").add("common").add("x").digest());
  EXPECT_EQ(other.add("y").digest(), Hasher("copy").add("common").add("y").digest());
}

TEST(HasherDeathTest, AKeyOfAnotherSizeIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const std::array<std::uint8_t, 8> key{};
  EXPECT_DEATH(Hasher(Hasher::Keyed{key, "domain"}), "16 to 64 bytes");
}

TEST(EqualInConstantTime, ComparesContents) {
  EXPECT_TRUE(equal_in_constant_time(UniqueId::from("a"), UniqueId::from("a")));
  EXPECT_FALSE(equal_in_constant_time(UniqueId::from("a"), UniqueId::from("b")));
}

}  // namespace
}  // namespace tessera::test
