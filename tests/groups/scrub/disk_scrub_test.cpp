#include <tessera/groups/core/scrub/disk_scrub.h>

#include <gtest/gtest.h>

#include <vector>

namespace tessera::core {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Duration interval = hours{1};

/// A member's store, read to the end of a pass at the pace that the scrub asks for.
class Scrubbed : public ::testing::Test {
 protected:
  Scrubbed() { scrub_.start(now_); }

  /// Runs one pass; every step finds `entries_a_step` entries.
  void pass() {
    const std::uint64_t before = scrub_.passes();
    for (int step = 0; scrub_.passes() == before; ++step) {
      ASSERT_LT(step, 1000) << "it does not end";
      const auto due = scrub_.due(interval);
      ASSERT_TRUE(due);
      ASSERT_FALSE(scrub_.next(*due - Duration{1}, interval, stored_)) << "before it is due";
      now_ = *due;
      if (const auto next = scrub_.next(now_, interval, stored_)) take(*next);
    }
  }
  void take(const DiskScrub::Step& step) {
    ASSERT_FALSE(scrub_.due(interval)) << "one step at a time";
    if (const auto* entries = std::get_if<DiskScrub::Entries>(&step)) {
      from_.push_back(entries->from);
      const Index upto = std::min(entries->from + (entries_a_step - 1), stored_.last);
      scrub_.entries_read(now_, upto, DiskScrub::step_bytes);
    } else {
      parts_.push_back(std::get<storage::SnapshotPart>(step));
      scrub_.part_read(now_, DiskScrub::step_bytes);
    }
  }

  static constexpr std::uint64_t entries_a_step = 10;
  DiskScrub scrub_;
  DiskScrub::Stored stored_{Index{5}, Index{28}, storage::SnapshotId{3}, 2};
  TimePoint now_ = TimePoint{} + hours{7};
  std::vector<Index> from_;
  std::vector<storage::SnapshotPart> parts_;
};

TEST_F(Scrubbed, APassReadsTheWholeLogAndEveryPartOfTheSnapshotOnce) {
  pass();
  EXPECT_EQ(from_, (std::vector{Index{6}, Index{16}, Index{26}}));
  ASSERT_EQ(parts_.size(), 2u);
  EXPECT_EQ(parts_[0].snapshot, storage::SnapshotId{3});
  EXPECT_EQ(parts_[0].number, 1u);
  EXPECT_EQ(parts_[1].number, 2u);
}

TEST_F(Scrubbed, PassesBeginAnIntervalAfterTheStartAndAfterTheLastOne) {
  const TimePoint start = now_;
  EXPECT_EQ(scrub_.due(interval), start + interval);
  pass();
  EXPECT_EQ(scrub_.due(interval), now_ + interval);
  pass();
  EXPECT_EQ(from_.size(), 6u) << "all of it again";
}

TEST_F(Scrubbed, IsNeverFasterThanItsRate) {
  stored_ = {Index{}, Index{1000}, std::nullopt, 0};
  pass();
  const auto bytes = static_cast<std::int64_t>(from_.size() * DiskScrub::step_bytes);
  const auto least = std::chrono::nanoseconds(seconds{1}) * bytes /
                     static_cast<std::int64_t>(DiskScrub::bytes_per_second);
  EXPECT_GE(now_ - (TimePoint{} + hours{7} + interval), least);
}

TEST_F(Scrubbed, WithoutAnIntervalNothingIsRead) {
  EXPECT_FALSE(scrub_.due(Duration{}));
  EXPECT_FALSE(scrub_.next(now_ + hours{1000}, Duration{}, stored_));
}

TEST_F(Scrubbed, WhatIsPrunedInTheMiddleOfAPassIsNotAskedFor) {
  now_ += interval;
  take(*scrub_.next(now_, interval, stored_));
  stored_.base = Index{20};
  pass();
  EXPECT_EQ(from_, (std::vector{Index{6}, Index{21}}));
}

TEST_F(Scrubbed, ThePartsOfASuccessorAreReadFromTheFirst) {
  stored_.base = stored_.last;
  now_ += interval;
  take(*scrub_.next(now_, interval, stored_));
  stored_.snapshot = storage::SnapshotId{4};
  pass();
  ASSERT_EQ(parts_.size(), 3u);
  EXPECT_EQ(parts_[1].snapshot, storage::SnapshotId{4});
  EXPECT_EQ(parts_[1].number, 1u);
}

TEST_F(Scrubbed, WhatIsGoneMeanwhileIsPassedOver) {
  now_ += interval;
  ASSERT_TRUE(scrub_.next(now_, interval, stored_));
  scrub_.skipped(now_);
  stored_.base = Index{28};
  pass();
  EXPECT_TRUE(from_.empty());
  EXPECT_EQ(parts_.size(), 2u);
}

TEST_F(Scrubbed, AnEmptyStoreMakesAShortPass) {
  stored_ = {};
  pass();
  EXPECT_TRUE(from_.empty());
  EXPECT_TRUE(parts_.empty());
}

}  // namespace
}  // namespace tessera::core
