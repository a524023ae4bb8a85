#include <tessera/primitives/hex.h>

#include <gtest/gtest.h>

namespace tessera::test {
namespace {

TEST(Hex, WritesLowerCaseDigits) {
  EXPECT_EQ(to_hex(std::vector<std::uint8_t>{0x00, 0x1f, 0xab, 0xff}), "001fabff");
  EXPECT_EQ(to_hex({}), "");
}

TEST(Hex, ReadsEitherCase) {
  EXPECT_EQ(from_hex("001fABff"), (std::vector<std::uint8_t>{0x00, 0x1f, 0xab, 0xff}));
  EXPECT_EQ(from_hex(""), std::vector<std::uint8_t>{});
}

TEST(Hex, RefusesEverythingElse) {
  for (const std::string_view text : {"0", "000", "0g", "g0", " 0", "0x", "--", "\xff\xff"}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
}

TEST(Hex, EveryByteComesBack) {
  std::vector<std::uint8_t> bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<std::uint8_t>(byte));
  EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
}

}  // namespace
}  // namespace tessera::test
