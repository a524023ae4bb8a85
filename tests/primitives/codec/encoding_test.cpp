// The format itself: what is stored and sent today must decode tomorrow.

#include "everything.h"
#include <tessera/primitives/hex.h>

#include <gtest/gtest.h>

namespace tessera::test {
namespace {

template <class T>
std::string hex_of(const T& value) {
  return to_hex(encode(value).view());
}

TEST(CodecEncoding, NumbersAreLittleEndianWithTheirFullWidth) {
  EXPECT_EQ(hex_of(std::uint8_t{0xab}), "ab");
  EXPECT_EQ(hex_of(std::uint32_t{0x01020304}), "04030201");
  EXPECT_EQ(hex_of(std::int64_t{-2}), "feffffffffffffff");
  EXPECT_EQ(hex_of(1.0), "000000000000f03f");
  EXPECT_EQ(hex_of(true), "01");
  EXPECT_EQ(hex_of(Color::blue), "0200");
}

TEST(CodecEncoding, CountsAreLeb128) {
  EXPECT_EQ(hex_of(std::string("hi")), "026869");
  EXPECT_EQ(hex_of(std::string(127, 'a')).substr(0, 4), "7f61");
  EXPECT_EQ(hex_of(std::string(128, 'a')).substr(0, 6), "800161");
  EXPECT_EQ(hex_of(std::string(16'384, 'a')).substr(0, 8), "80800161");
  EXPECT_EQ(hex_of(std::vector<std::uint16_t>{1, 2}), "0201000200");
  EXPECT_EQ(hex_of(std::vector<bool>{true, false}), "020100");
}

TEST(CodecEncoding, IdsAndArraysHaveNoCount) {
  EXPECT_EQ(hex_of(std::array<std::uint8_t, 3>{1, 2, 3}), "010203");
  EXPECT_EQ(encode(UniqueId::from("x")), Bytes::copy(UniqueId::from("x").view()));
  EXPECT_EQ(encode(PeerId(UniqueId::from("x"))), Bytes::copy(UniqueId::from("x").view()));
  EXPECT_EQ(encode(Signature{}).size(), 64U);
}

TEST(CodecEncoding, ChoicesHaveATag) {
  using Choice = std::variant<std::monostate, std::uint8_t, std::string>;
  EXPECT_EQ(hex_of(Choice{}), "00");
  EXPECT_EQ(hex_of(Choice{std::uint8_t{5}}), "0105");
  EXPECT_EQ(hex_of(Choice{"a"}), "020161");
  EXPECT_EQ(hex_of(std::optional<std::uint8_t>{}), "00");
  EXPECT_EQ(hex_of(std::optional<std::uint8_t>{5}), "0105");
  EXPECT_EQ(hex_of(std::bitset<10>{0b10'0000'0011}), "0302");
}

TEST(CodecEncoding, ContainersAreInOrder) {
  EXPECT_EQ(hex_of(std::map<std::uint8_t, std::uint8_t>{{2, 20}, {1, 10}}), "02010a0214");
  EXPECT_EQ(hex_of(std::set<std::string>{"b", "a"}), "0201610162");
  EXPECT_EQ(hex_of(std::unordered_set<std::string>{"b", "a", "c"}), "03016101620163");
  // By bytes, not by value: 256 is 00 01.
  EXPECT_EQ(hex_of(std::unordered_set<std::uint16_t>{1, 256}), "0200010100");
}

TEST(CodecEncoding, EverythingIsPinned) {
  const Bytes encoded = encode(everything());
  EXPECT_EQ(encoded.size(), 594U);
  EXPECT_EQ(UniqueId::from(encoded.view()).hex(),
            "16d07e48332f5aad4ce0e841a84c8e5da9f8d07ce90097217559eea37cc4acb8");
}

}  // namespace
}  // namespace tessera::test
