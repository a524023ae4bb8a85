#include <tessera/runtime/tool/histogram.h>

#include <gtest/gtest.h>

#include <cstdint>

namespace tessera::tool {
namespace {

using std::chrono::nanoseconds;

TEST(Histogram, EmptyOneHasNoPercentiles) {
  EXPECT_EQ(Histogram().percentile(0.99), nanoseconds{0});
}

TEST(Histogram, SmallDurationsAreExact) {
  Histogram histogram;
  for (int duration = 1; duration <= 20; ++duration) histogram.add(nanoseconds{duration});
  EXPECT_EQ(histogram.percentile(0.0), nanoseconds{1});
  EXPECT_EQ(histogram.percentile(0.5), nanoseconds{10});
  EXPECT_EQ(histogram.percentile(1.0), nanoseconds{20});
}

TEST(Histogram, PercentileIsNeverBelowAndAtMostThreePercentAbove) {
  for (std::uint64_t value = 1; value < (std::uint64_t{1} << 62U); value = value * 3 / 2 + 1) {
    Histogram histogram;
    histogram.add(nanoseconds{static_cast<std::int64_t>(value)});
    const auto found = static_cast<std::uint64_t>(histogram.percentile(0.5).count());
    EXPECT_GE(found, value);
    EXPECT_LE(static_cast<double>(found), static_cast<double>(value) * 1.032) << value;
  }
}

TEST(Histogram, NegativeDurationsCountAsZero) {
  Histogram histogram;
  histogram.add(nanoseconds{-5});
  EXPECT_EQ(histogram.count(), 1U);
  EXPECT_EQ(histogram.percentile(1.0), nanoseconds{0});
}

TEST(Histogram, SumOfTwoHoldsBoth) {
  Histogram left;
  Histogram right;
  left.add(nanoseconds{1});
  right.add(nanoseconds{30});
  left.add(right);
  EXPECT_EQ(left.count(), 2U);
  EXPECT_EQ(left.percentile(1.0), nanoseconds{30});
}

}  // namespace
}  // namespace tessera::tool
