#include <tessera/groups/core/exactly_once/session_expiry.h>

#include <gtest/gtest.h>

namespace tessera::core {
namespace {

using std::chrono::seconds;

class Expiry : public testing::Test {
 protected:
  Expiry() {
    table_.open(Index{1}, {here_, {1, 1}}, {});
    table_.open(Index{2}, {away_, {1, 1}}, {});
    table_.open(Index{3}, {away_, {2, 1}}, {});
  }
  std::vector<SessionNumber> look(const SessionExpiry::Present& present) {
    return expiry_.expired(now_, ttl_, table_, present);
  }
  /// Looks as often as it asks for, until `time` has passed; returns what the last look found.
  std::vector<SessionNumber> look_for(seconds time, const SessionExpiry::Present& present) {
    const TimePoint end = now_ + time;
    std::vector<SessionNumber> found;
    for (; now_ <= end; now_ = *expiry_.next_check()) found = look(present);
    return found;
  }

  const SessionOwner here_{PeerId(UniqueId::from("here")), 1};
  const SessionOwner away_{PeerId(UniqueId::from("away")), 1};
  const seconds ttl_{80};
  TimePoint now_{seconds{1000}};
  SessionTable table_;
  SessionExpiry expiry_;
};

TEST_F(Expiry, OnlyWhoIsMissingForTheWholeTimeExpires) {
  EXPECT_TRUE(look_for(seconds{70}, {here_}).empty());
  EXPECT_EQ(look_for(seconds{20}, {here_}), (std::vector{SessionNumber{2}, SessionNumber{3}}));
}

TEST_F(Expiry, WhoComesBackBeginsAnew) {
  look_for(seconds{70}, {here_});
  EXPECT_TRUE(look({here_, away_}).empty());
  EXPECT_TRUE(look_for(seconds{70}, {here_}).empty());
}

TEST_F(Expiry, AnotherRunOfTheSameMemberIsSomebodyElse) {
  const SessionOwner next_run{away_.peer, away_.run + 1};
  EXPECT_EQ(look_for(seconds{90}, {here_, next_run}).size(), 2U);
}

TEST_F(Expiry, ANewLeaderBeginsToCountAnew) {
  look_for(seconds{70}, {here_});
  expiry_.not_leading();
  EXPECT_FALSE(expiry_.next_check());
  EXPECT_TRUE(expiry_.is_due(now_));
  EXPECT_TRUE(look_for(seconds{70}, {here_}).empty());
}

TEST_F(Expiry, IsDueOnlyNowAndThen) {
  EXPECT_TRUE(expiry_.is_due(now_));
  look({here_});
  EXPECT_FALSE(expiry_.is_due(now_));
  EXPECT_TRUE(expiry_.is_due(*expiry_.next_check()));
}

}  // namespace
}  // namespace tessera::core
