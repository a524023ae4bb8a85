// A message that is not the encoding of a value is refused, and the error says where and why.

#include "everything.h"
#include <tessera/primitives/hex.h>

#include <gtest/gtest.h>

namespace tessera::test {
namespace {

/// What is wrong with the bytes `hex` as a T; empty if nothing is.
template <class T>
std::string fault_of(std::string_view hex) {
  const auto decoded = decode<T>(Bytes(from_hex(hex).value()));
  if (decoded.has_value()) return {};
  EXPECT_TRUE(decoded.error().is(Errc::malformed));
  return decoded.error().message();
}

TEST(CodecCanonical, ABoolIsZeroOrOne) {
  EXPECT_EQ(fault_of<bool>("01"), "");
  EXPECT_EQ(fault_of<bool>("02"), "byte 1: expected 0 or 1, found 2");
  EXPECT_NE(fault_of<std::vector<bool>>("02"
                                        "01ff"),
            "");
  EXPECT_NE((fault_of<std::array<bool, 2>>("0102")), "");
}

TEST(CodecCanonical, CountsAreMinimal) {
  EXPECT_EQ(fault_of<std::string>("0161"), "");
  EXPECT_EQ(fault_of<std::string>("810061"), "byte 2: a length is longer than it needs to be");
  EXPECT_EQ(fault_of<std::string>("8000"), "byte 2: a length is longer than it needs to be");
  EXPECT_EQ(fault_of<std::vector<std::monostate>>("ffffffffffffffffff02"),
            "byte 10: a length has more than 64 bits");
  EXPECT_EQ(fault_of<std::vector<std::monostate>>("ffffffffffffffffffff01"),
            "byte 10: a length has more than 64 bits");
}

TEST(CodecCanonical, NothingFollowsTheEnd) {
  EXPECT_EQ(fault_of<std::uint16_t>("010203"), "byte 2: expected the end, and 1 bytes follow");
  EXPECT_NE(fault_of<std::monostate>("00"), "");
}

TEST(CodecCanonical, NothingIsMissing) {
  EXPECT_EQ(fault_of<std::uint32_t>("0102"), "byte 0: expected 4 bytes, and 2 are left");
  EXPECT_EQ(fault_of<std::string>("0361"),
            "byte 1: expected 3 elements of 1 bytes or more, and 1 bytes are left");
  EXPECT_NE(fault_of<bool>(""), "");
}

TEST(CodecCanonical, KeysAscend) {
  using Map = std::map<std::uint8_t, std::uint8_t>;
  EXPECT_EQ(fault_of<Map>("0201000200"), "");
  EXPECT_EQ(fault_of<Map>("0202000100"),
            "byte 5: the keys of a container are not in ascending order");
  EXPECT_NE(fault_of<Map>("0201000100"), "");
  EXPECT_NE(fault_of<std::set<std::uint8_t>>("020101"), "");
  EXPECT_EQ(fault_of<std::multiset<std::uint8_t>>("020101"), "");
  EXPECT_NE(fault_of<std::multiset<std::uint8_t>>("020201"), "");
  EXPECT_EQ((fault_of<std::multimap<std::uint8_t, std::uint8_t>>("0201020101")), "");
}

TEST(CodecCanonical, ItemsOfHashedContainersAscendByTheirBytes) {
  EXPECT_EQ(fault_of<std::unordered_set<std::uint16_t>>("0200010100"), "");
  EXPECT_NE(fault_of<std::unordered_set<std::uint16_t>>("0201000001"), "");
  using Map = std::unordered_map<std::uint8_t, std::uint8_t>;
  EXPECT_EQ(fault_of<Map>("0201090208"), "");
  EXPECT_NE(fault_of<Map>("0202080109"), "");
  EXPECT_NE(fault_of<std::unordered_multiset<std::uint8_t>>("020201"), "");
}

TEST(CodecCanonical, HashedContainersHoldAKeyOnce) {
  EXPECT_EQ(fault_of<std::unordered_set<std::uint8_t>>("020101"),
            "byte 3: a hashed container holds a key twice");
  EXPECT_NE((fault_of<std::unordered_map<std::uint8_t, std::uint8_t>>("0201010102")), "");
  EXPECT_EQ(fault_of<std::unordered_multiset<std::uint8_t>>("020101"), "");
  // Zero and minus zero are one key with two encodings.
  EXPECT_NE(fault_of<std::unordered_set<float>>("02"
                                                "00000000"
                                                "00000080"),
            "");
}

TEST(CodecCanonical, TagsAreKnown) {
  EXPECT_NE(fault_of<std::optional<std::uint8_t>>("0205"), "");
  using Choice = std::variant<std::monostate, std::uint8_t>;
  EXPECT_EQ(fault_of<Choice>("02"), "byte 1: a std::variant has no such alternative");
  EXPECT_NE(fault_of<Choice>("8101"
                             "05"),
            "");
  EXPECT_NE(fault_of<Choice>("ffffffffffffffffff01"), "");
}

TEST(CodecCanonical, BitsBeyondABitsetAreZero) {
  EXPECT_EQ(fault_of<std::bitset<9>>("ff01"), "");
  EXPECT_NE(fault_of<std::bitset<9>>("ff02"), "");
}

}  // namespace
}  // namespace tessera::test
