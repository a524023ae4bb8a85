#include <tessera/groups/core/pairs/pair_watch.h>

#include <gtest/gtest.h>

/// What a node makes of the heartbeats of a peer on whose word groups sleep here.
namespace tessera::core {
namespace {

using std::chrono::milliseconds;
using Doubt = PairWatch::Doubt;

constexpr Duration beat_interval = milliseconds(100);
constexpr Duration timeout = milliseconds(1000);

class PairWatchTest : public ::testing::Test {
 protected:
  static UniqueId digest(std::uint64_t term) {
    PairDigest made;
    made.add(GroupId(UniqueId::from("a group")), Term{term});
    return made.digest();
  }
  void hear(std::uint64_t run, std::uint64_t term) {
    watch_.hear(now_, {run, digest(term)}, digest(1));
  }
  void beats(int count, std::uint64_t run, std::uint64_t term) {
    for (int beat = 0; beat < count; ++beat) {
      now_ += beat_interval;
      hear(run, term);
    }
  }
  [[nodiscard]] Doubt doubt() const { return watch_.doubt(now_, {asleep_since_, timeout}); }

  PairWatch watch_;
  TimePoint now_{std::chrono::seconds(100)};
  TimePoint asleep_since_ = now_;
};

TEST_F(PairWatchTest, BeatsThatSayWhatIsExpectedRaiseNoDoubt) {
  beats(1000, 7, 1);
  EXPECT_EQ(doubt(), Doubt::none);
}

TEST_F(PairWatchTest, AnElectionTimeoutOfSilenceRaisesDoubt) {
  beats(30, 7, 1);
  now_ += timeout - milliseconds(1);
  EXPECT_EQ(doubt(), Doubt::none);
  now_ += milliseconds(1);
  EXPECT_EQ(doubt(), Doubt::silence);
}

TEST_F(PairWatchTest, WhoWasNeverHeardIsSilentSinceTheGroupFellAsleep) {
  now_ += timeout - milliseconds(1);
  EXPECT_EQ(doubt(), Doubt::none);
  now_ += milliseconds(1);
  EXPECT_EQ(doubt(), Doubt::silence);
}

TEST_F(PairWatchTest, AChangedRunRaisesDoubtAtOnceAboutWhatSlept) {
  beats(30, 7, 1);
  beats(1, 8, 1);
  EXPECT_EQ(doubt(), Doubt::another_run);
  now_ += milliseconds(1);
  asleep_since_ = now_;  // It was stirred, and has fallen asleep under the new run.
  EXPECT_EQ(doubt(), Doubt::none);
}

TEST_F(PairWatchTest, AnotherDigestTwiceInARowRaisesDoubt) {
  beats(30, 7, 1);
  beats(1, 7, 2);
  EXPECT_EQ(doubt(), Doubt::none) << "a beat may cross the message that wakes this member";
  beats(1, 7, 2);
  EXPECT_EQ(doubt(), Doubt::difference);
  beats(1, 7, 1);
  EXPECT_EQ(doubt(), Doubt::none);
}

TEST_F(PairWatchTest, ALeaderHasAnElectionTimeoutToFallAsleepAfterItsFollower) {
  beats(9, 7, 2);
  EXPECT_EQ(doubt(), Doubt::none);
  beats(1, 7, 2);
  EXPECT_EQ(doubt(), Doubt::difference);
}

TEST(PairDigest, TellsGroupsAndTermsApart) {
  const auto of = [](std::initializer_list<std::pair<const char*, std::uint64_t>> groups) {
    PairDigest digest;
    for (const auto& [name, term] : groups) digest.add(GroupId(UniqueId::from(name)), Term{term});
    return digest.digest();
  };
  EXPECT_EQ(of({{"a", 1}, {"b", 2}}), of({{"a", 1}, {"b", 2}}));
  EXPECT_NE(of({{"a", 1}, {"b", 2}}), of({{"a", 1}, {"b", 3}}));
  EXPECT_NE(of({{"a", 1}}), of({{"b", 1}}));
  EXPECT_NE(of({{"a", 1}}), of({}));
}

}  // namespace
}  // namespace tessera::core
