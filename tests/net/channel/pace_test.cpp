#include <tessera/net/channel/pace.h>

#include <gtest/gtest.h>

namespace tessera::net {
namespace {

using std::chrono::milliseconds;

/// Any moment will do.
const Pace::Clock::time_point start = Pace::Clock::time_point{} + std::chrono::hours(1);

TEST(Pace, ABatchHasToBePaidForBeforeTheNextMayGo) {
  Pace pace(1'000'000);
  EXPECT_LE(pace.free_at(), start);
  pace.spend(520'000, start);
  EXPECT_EQ(pace.free_at(), start + milliseconds(500))
      << "what was not used before counts a little";
  pace.spend(100'000, start + milliseconds(500));
  EXPECT_EQ(pace.free_at(), start + milliseconds(600));
}

TEST(Pace, IsHeldOverAnyTimeWhoeverSends) {
  Pace pace(1'000'000);
  auto now = start;
  std::size_t sent = 0;
  while (now < start + std::chrono::seconds(10)) {
    const std::size_t batch = pace.batch_max(256'000);
    pace.spend(batch, now);
    sent += batch;
    now = std::max(now, pace.free_at());
  }
  EXPECT_NEAR(static_cast<double>(sent), 10'000'000, 50'000);
}

TEST(Pace, WhatWasNotUsedIsNotKeptForLater) {
  Pace pace(1'000'000);
  pace.spend(1000, start);
  const auto later = start + std::chrono::hours(1);
  pace.spend(1'000'000, later);
  EXPECT_GE(pace.free_at(), later + milliseconds(1000) - Pace::burst);
}

TEST(Pace, BatchesAreSmallAtALowPaceAndNeverEmpty) {
  EXPECT_EQ(Pace(1'000'000).batch_max(256'000), 20'000U);
  EXPECT_EQ(Pace(1'000'000'000).batch_max(256'000), 256'000U);
  EXPECT_GT(Pace(1).batch_max(256'000), 0U);
}

TEST(Pace, WithoutABoundNobodyWaits) {
  Pace pace(0);
  EXPECT_FALSE(pace.is_bounded());
  EXPECT_EQ(pace.batch_max(256'000), 256'000U);
  pace.spend(1'000'000'000, start);
  EXPECT_LE(pace.free_at(), start);
}

}  // namespace
}  // namespace tessera::net
