#include <tessera/primitives/result.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace tessera::test {
namespace {

Result<void> nothing_or(bool fail) {
  if (fail) return {Errc::not_found, "nothing there"};
  return {};
}

Result<std::unique_ptr<int>> number_or(bool fail) {
  if (fail) return Error(Errc::timed_out, "too late");
  return std::make_unique<int>(7);
}

TEST(Result, HoldsAValue) {
  auto result = number_or(false);
  ASSERT_TRUE(result.has_value());
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 7);
}

TEST(Result, HoldsAnError) {
  const auto result = number_or(true);
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(Errc::timed_out));
}

TEST(Result, OfVoidSucceedsByDefault) {
  EXPECT_TRUE(nothing_or(false).has_value());
  const auto failed = nothing_or(true);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message(), "nothing there");
}

TEST(Result, AnErrorPassesToAResultOfAnotherType) {
  const auto outer = []() -> Result<std::string> {
    if (auto inner = nothing_or(true); !inner) return std::move(inner).error();
    return std::string("unreached");
  }();
  ASSERT_FALSE(outer.has_value());
  EXPECT_TRUE(outer.error().is(Errc::not_found));
}

}  // namespace
}  // namespace tessera::test
