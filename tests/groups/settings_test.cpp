#include <tessera/groups/genesis.h>
#include <tessera/groups/settings.h>

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace tessera {
namespace {

using std::chrono::milliseconds;

TEST(GroupSettings, TheDefaultsAreValid) { EXPECT_TRUE(GroupSettings{}.validate()); }

TEST(GroupSettings, AnErrorNamesTheFieldAndItsBounds) {
  struct Case {
    std::function<void(GroupSettings&)> change;
    std::vector<std::string> words;
  };
  const std::vector<Case> cases{
      {[](GroupSettings& s) { s.heartbeat = milliseconds{0}; }, {"'heartbeat'", "from 1 ms"}},
      {[](GroupSettings& s) { s.heartbeat = milliseconds{60'001}; }, {"'heartbeat'", "60000 ms"}},
      {[](GroupSettings& s) { s.election_timeout = milliseconds{499}; },
       {"'election_timeout'", "499 ms", "from 500 ms"}},
      {[](GroupSettings& s) { s.election_timeout = milliseconds{600'001}; },
       {"'election_timeout'"}},
      {[](GroupSettings& s) { s.election_jitter = milliseconds{0}; },
       {"'election_jitter'", "from 1 ms"}},
      {[](GroupSettings& s) { s.election_jitter = milliseconds{-1}; }, {"'election_jitter'"}},
      {[](GroupSettings& s) { s.stall_after = milliseconds{0}; }, {"'stall_after'"}},
      {[](GroupSettings& s) { s.inline_catch_up = (64U << 20U) + 1; },
       {"'inline_catch_up'", "67108864"}},
      {[](GroupSettings& s) { s.result_max = 255; }, {"'result_max'", "255", "from 256 to"}},
      {[](GroupSettings& s) { s.result_max = (64U << 20U) + 1; }, {"'result_max'", "67108864"}},
      {[](GroupSettings& s) { s.durability = static_cast<Durability>(7); },
       {"'durability'", "memory or fsync"}},
      {[](GroupSettings& s) { s.scrub_interval = milliseconds{-1}; }, {"'scrub_interval'"}},
      {[](GroupSettings& s) { s.heartbeat = milliseconds::max(); }, {"'heartbeat'"}},
      {[](GroupSettings& s) { s.election_timeout = milliseconds::min(); }, {"'election_timeout'"}},
  };
  for (const Case& each : cases) {
    GroupSettings settings;
    each.change(settings);
    const auto valid = settings.validate();
    ASSERT_FALSE(valid) << each.words[0];
    EXPECT_TRUE(valid.error().is(Errc::invalid_argument));
    for (const std::string& word : each.words) {
      EXPECT_NE(valid.error().message().find(word), std::string::npos) << valid.error().message();
    }
  }
}

TEST(GroupSettings, TheBoundsThemselvesAreValid) {
  GroupSettings settings;
  settings.election_timeout = 5 * settings.heartbeat;
  settings.election_jitter = milliseconds{1};
  settings.inline_catch_up = 0;
  EXPECT_TRUE(settings.validate());
  settings.inline_catch_up = 64U << 20U;
  EXPECT_TRUE(settings.validate());
  settings.scrub_interval = milliseconds{0};
  EXPECT_TRUE(settings.validate());
}

TEST(Genesis, ListedFoundersAreKeptInOrderAndOnce) {
  const PeerId one(UniqueId::from("one"));
  const PeerId two(UniqueId::from("two"));
  const Genesis genesis = Genesis::founders({two, one, two});
  EXPECT_EQ(genesis.count(), 2);
  EXPECT_EQ(genesis.members(), (std::vector{std::min(one, two), std::max(one, two)}));
}

TEST(Genesis, WhoOnlyJoinsHasNoFounders) {
  EXPECT_EQ(Genesis::join().count(), 0);
  EXPECT_EQ(Genesis::expect(5).count(), 5);
  EXPECT_TRUE(Genesis::expect(5).members().empty());
}

TEST(GenesisDeathTest, ASetHasOneToFifteenMembers) {
  EXPECT_DEATH(static_cast<void>(Genesis::expect(0)), "1 to 15");
  EXPECT_DEATH(static_cast<void>(Genesis::expect(16)), "1 to 15");
  EXPECT_DEATH(static_cast<void>(Genesis::founders({})), "1 to 15");
}

}  // namespace
}  // namespace tessera
