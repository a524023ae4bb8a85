#include <tessera/primitives/error.h>

#include <gtest/gtest.h>

#include <set>

namespace tessera::test {
namespace {

constexpr int first = static_cast<int>(Errc::not_committed);
constexpr int last = static_cast<int>(errc_last);

TEST(Error, EveryCodeHasASentenceOfItsOwn) {
  const std::string unknown = error_category().message(last + 1);
  std::set<std::string> sentences{unknown};
  for (int code = first; code <= last; ++code) {
    EXPECT_TRUE(sentences.insert(error_category().message(code)).second) << "code " << code;
  }
  EXPECT_EQ(error_category().message(0), unknown);
}

TEST(Error, CodesAreBoostErrorCodes) {
  const boost::system::error_code code = Errc::offline;
  EXPECT_TRUE(code);
  EXPECT_EQ(code, Errc::offline);
  EXPECT_NE(code, Errc::not_committed);
  EXPECT_STREQ(code.category().name(), "tessera");
  EXPECT_EQ(explain(code), code.message());
}

TEST(Error, OtherCategoriesExplainThemselves) {
  const auto code = boost::system::errc::make_error_code(boost::system::errc::timed_out);
  EXPECT_EQ(explain(code), code.message());
}

TEST(Error, KeepsCodeAndMessage) {
  const Error error(Errc::damaged, "block 7");
  EXPECT_TRUE(error.is(Errc::damaged));
  EXPECT_FALSE(error.is(Errc::foreign));
  EXPECT_EQ(error.message(), "block 7");
}

TEST(Error, SeenFromFurtherOutKeepsItsCode) {
  const Error error = Error(Errc::damaged, "block 7").within("snapshot 3").within("recovery");
  EXPECT_TRUE(error.is(Errc::damaged));
  EXPECT_EQ(error.message(), "recovery: snapshot 3: block 7");
}

}  // namespace
}  // namespace tessera::test
