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

TEST(Histogram, ItsBucketsMakeAnEqualOne) {
  Histogram histogram;
  for (const int duration : {0, 5, 5, 1000, 123'456'789}) histogram.add(nanoseconds{duration});
  Histogram other;
  histogram.for_each_bucket([&](std::size_t bucket, std::uint64_t count) {
    EXPECT_GT(count, 0U);
    other.add(bucket, count);
  });
  EXPECT_EQ(other.count(), 5U);
  for (const double share : {0.0, 0.3, 0.5, 0.75, 1.0}) {
    EXPECT_EQ(other.percentile(share), histogram.percentile(share)) << share;
  }
}

TEST(Histogram, ABucketThatThereIsNotCountsNothing) {
  Histogram histogram;
  histogram.add(std::size_t{1} << 20U, 7);
  EXPECT_EQ(histogram.count(), 0U);
}

}  // namespace
}  // namespace tessera::tool
