#include <tessera/runtime/tool/csv.h>

#include <gtest/gtest.h>

namespace tessera::tool {
namespace {

using Rows = std::vector<CsvRow>;

Rows parsed(std::string_view text) {
  auto rows = parse_csv(text);
  EXPECT_TRUE(rows) << rows.error().message();
  return rows ? *rows : Rows{};
}

TEST(Csv, FieldsAreSeparatedByCommasAndRowsByLineBreaks) {
  EXPECT_EQ(parsed("a,b\r\nc,d\n"), (Rows{{"a", "b"}, {"c", "d"}}));
}

TEST(Csv, LastLineNeedsNoLineBreak) { EXPECT_EQ(parsed("a,b"), (Rows{{"a", "b"}})); }

TEST(Csv, EmptyFieldsAreKept) {
  EXPECT_EQ(parsed(",a,\n,,\n"), (Rows{{"", "a", ""}, {"", "", ""}}));
}

TEST(Csv, EmptyLinesAreNoRows) { EXPECT_EQ(parsed("a\n\r\n\nb\n"), (Rows{{"a"}, {"b"}})); }

TEST(Csv, QuotesHoldCommasLineBreaksAndDoubledQuotes) {
  EXPECT_EQ(parsed("\"a,b\",\"c\nd\",\"say \"\"e\"\"\"\n"), (Rows{{"a,b", "c\nd", "say \"e\""}}));
}

TEST(Csv, QuotedEmptyFieldIsARow) { EXPECT_EQ(parsed("\"\"\n"), (Rows{{""}})); }

TEST(Csv, QuoteThatIsNotClosedIsRefusedWithItsLine) {
  const auto rows = parse_csv("a\n\"b\"\n\"c\nd\n");
  ASSERT_FALSE(rows);
  EXPECT_TRUE(rows.error().is(Errc::malformed));
  EXPECT_NE(rows.error().message().find("line 3"), std::string::npos) << rows.error().message();
}

TEST(Csv, FileThatCannotBeReadIsNamed) {
  const auto text = read_file("/nowhere/at-all.csv");
  ASSERT_FALSE(text);
  EXPECT_TRUE(text.error().is(Errc::io_failed));
  EXPECT_NE(text.error().message().find("/nowhere/at-all.csv"), std::string::npos);
}

}  // namespace
}  // namespace tessera::tool
