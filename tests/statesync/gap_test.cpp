#include "fake_log.h"
#include <tessera/statesync/log_replay/gap.h>

#include <gtest/gtest.h>

namespace tessera::tests {
namespace {

using log_replay::Gap;
using log_replay::IndexRange;

class GapTest : public testing::Test {
 protected:
  GapTest() { extend(log_, {{1, 2}, 50, 0}); }

  log_replay::Run run(IndexRange range) const {
    log_replay::Run part;
    part.preceding = log_.at(range.first)->preceding;
    for (Index at = range.first; at <= range.last; ++at) {
      part.entries.push_back(log_.at(at)->entry);
    }
    return part;
  }
  static IndexRange range(std::uint64_t first, std::uint64_t last) {
    return {Index(first), Index(last)};
  }

  FakeLog log_;
  Gap gap_{Index(100)};
};

TEST_F(GapTest, LacksEverythingAtFirst) {
  gap_.start_at(Index(1));
  EXPECT_EQ(gap_.missing(Index(100), {}), range(1, 100));
  EXPECT_EQ(gap_.missing(Index(40), {}), range(1, 40));
  EXPECT_EQ(gap_.entries_lacking(), 100U);
  EXPECT_FALSE(gap_.closed());
}

TEST_F(GapTest, LacksNeitherWhatHasArrivedNorWhatIsAskedFor) {
  gap_.start_at(Index(1));
  gap_.keep(run(range(11, 20)));
  EXPECT_EQ(gap_.missing(Index(100), {}), range(1, 10));
  EXPECT_EQ(gap_.missing(Index(100), {range(1, 4)}), range(5, 10));
  EXPECT_EQ(gap_.missing(Index(100), {range(1, 10), range(31, 40)}), range(21, 30));
  EXPECT_EQ(gap_.missing(Index(100), {range(1, 10), range(15, 100)}), std::nullopt);
}

TEST_F(GapTest, KeepsOnlyWhatIsNew) {
  gap_.start_at(Index(6));
  EXPECT_GT(gap_.keep(run(range(11, 20))), 0U);
  EXPECT_EQ(gap_.keep(run(range(12, 19))), 0U);
  gap_.keep(run(range(1, 30)));
  EXPECT_EQ(gap_.entries(), 25U);
  EXPECT_EQ(gap_.missing(Index(100), {}), range(31, 100));
  std::uint64_t seen = 0;
  while (const log_replay::Run* ready = gap_.ready()) {
    EXPECT_EQ(ready->first(), gap_.next());
    EXPECT_EQ(*log_.at(ready->first()), (LogEntry{ready->preceding, ready->entries.front()}));
    seen += ready->entries.size();
    gap_.start_at(ready->last() + 1);
  }
  EXPECT_EQ(seen, 25U);
  EXPECT_EQ(gap_.bytes(), 0U);
  EXPECT_EQ(gap_.entries(), 0U);
}

TEST_F(GapTest, NothingIsReadyBeforeItsTurn) {
  gap_.start_at(Index(1));
  gap_.keep(run(range(2, 9)));
  EXPECT_EQ(gap_.ready(), nullptr);
  gap_.keep(run(range(1, 1)));
  ASSERT_NE(gap_.ready(), nullptr);
  EXPECT_EQ(gap_.ready()->last(), Index(1));
}

TEST_F(GapTest, KeepsNothingAboveTheTarget) {
  Gap gap(Index(10));
  gap.start_at(Index(1));
  gap.keep(run(range(5, 20)));
  EXPECT_EQ(gap.entries(), 6U);
  EXPECT_EQ(gap.missing(Index(100), {}), range(1, 4));
}

TEST_F(GapTest, StartingInTheMiddleOfARunKeepsItsRest) {
  gap_.start_at(Index(1));
  gap_.keep(run(range(1, 20)));
  gap_.start_at(Index(15));
  ASSERT_NE(gap_.ready(), nullptr);
  EXPECT_EQ(gap_.ready()->preceding, log_.at(Index(15))->preceding);
  EXPECT_EQ(gap_.entries(), 6U);
}

TEST_F(GapTest, DropsRunsThatHoldSomethingWrong) {
  gap_.start_at(Index(1));
  gap_.keep(run(range(1, 20)));
  gap_.keep(run(range(31, 60)));
  gap_.drop_if([](const Cursor& position) { return position.term == Term(2); });
  EXPECT_EQ(gap_.entries(), 20U);
  EXPECT_EQ(gap_.missing(Index(100), {}), range(21, 100));
}

TEST_F(GapTest, IsClosedBehindTheTarget) {
  gap_.start_at(Index(101));
  EXPECT_TRUE(gap_.closed());
  EXPECT_EQ(gap_.entries_lacking(), 0U);
  EXPECT_EQ(gap_.missing(Index(100), {}), std::nullopt);
}

}  // namespace
}  // namespace tessera::tests
