#include <tessera/runtime/tool/suggestion.h>

#include <gtest/gtest.h>

namespace tessera::tool {
namespace {

TEST(Suggestion, NamesTheNearestWord) {
  EXPECT_EQ(suggestion("stauts", {"demo", "status", "get"}), " Did you mean \"status\"?");
}

TEST(Suggestion, WordThatIsNearToNothingGetsNone) {
  EXPECT_EQ(suggestion("frobnicate", {"demo", "status", "get"}), "");
}

TEST(Suggestion, NothingToSuggestFromGivesNone) { EXPECT_EQ(suggestion("demo", {}), ""); }

}  // namespace
}  // namespace tessera::tool
