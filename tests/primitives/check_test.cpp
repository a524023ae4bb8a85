#include <tessera/primitives/check.h>

#include <gtest/gtest.h>

namespace tessera::test {
namespace {

TEST(Check, PassesWhatHolds) { check(true, "never said"); }

TEST(CheckDeathTest, SaysWhatWasWrongAndWhere) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(check(false, "the reason"),
               "tessera: check failed: the reason \\(.*check_test\\.cpp:[0-9]+, TestBody\\)");
  EXPECT_DEATH(check_failed("another"), "check failed: another \\(.*check_test\\.cpp");
}

}  // namespace
}  // namespace tessera::test
