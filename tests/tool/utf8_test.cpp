#include <tessera/runtime/tool/utf8.h>

#include <gtest/gtest.h>

#include <string>

namespace tessera::tool {
namespace {

TEST(Utf8, TextOfAllLengthsIsTaken) {
  EXPECT_EQ(line_not_utf8("plain, \xc3\xa9, \xe2\x82\xac, \xf0\x9f\x8c\x8d\n"), std::nullopt);
}

TEST(Utf8, FirstBadLineIsNamed) { EXPECT_EQ(line_not_utf8("a\nb\nM\xfcnchen\n\xff"), 3U); }

TEST(Utf8, CutOverlongSurrogateAndTooLargeCharactersAreRefused) {
  for (const char* bad : {"\xe2\x82", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\x80"}) {
    EXPECT_EQ(line_not_utf8(bad), 1U);
  }
}

}  // namespace
}  // namespace tessera::tool
