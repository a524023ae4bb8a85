#include <tessera/conformance/world.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

/// Nobody calls a group that sleeps, and yet it notices what happens to its members.
namespace tessera::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class SleepingGroup : public ::testing::Test {
 protected:
  static Swarm swarm() {
    Swarm swarm;
    swarm.seed = 1;
    swarm.may_sleep = true;
    swarm.network.pair_beat = swarm.group.heartbeat;
    // Longer than anything here takes: a connection stands although nothing passes.
    swarm.network.link_timeout = hours{1};
    return swarm;
  }

  void SetUp() override {
    for (std::size_t node = 0; node < world_.nodes().size(); ++node) world_.start(node);
    world_.network().begin_beats();
    ASSERT_TRUE(comes_true(seconds{30}, [this] { return all_sleep(); }));
    for (std::size_t node = 0; node < world_.nodes().size(); ++node) {
      if (world_.node(node).status().role == core::Role::leader) leader_ = node;
    }
  }
  bool comes_true(Duration within, const std::function<bool()>& condition) {
    return world_.run_until(world_.queue().now() + within, condition);
  }
  [[nodiscard]] bool all_sleep() const {
    return std::all_of(world_.nodes().begin(), world_.nodes().end(),
                       [](const auto& node) { return node->up() && node->status().asleep; });
  }
  [[nodiscard]] bool another_leads() const {
    return std::any_of(world_.nodes().begin(), world_.nodes().end(), [this](const auto& node) {
      return node->up() && node->index() != leader_ && node->status().role == core::Role::leader;
    });
  }
  /// The longest that a follower waits for a leader before it campaigns, and then some.
  [[nodiscard]] Duration election() const {
    const GroupSettings& group = world_.swarm().group;
    return group.election_timeout + group.election_jitter + seconds{1};
  }
  [[nodiscard]] std::vector<Network::Way> ways_of(std::size_t node) const {
    std::vector<Network::Way> ways;
    for (std::size_t other = 0; other < world_.nodes().size(); ++other) {
      if (other == node) continue;
      ways.push_back({node, other});
      ways.push_back({other, node});
    }
    return ways;
  }

  World world_{Schedule{swarm(), {}}, Trace::Detail::hash};
  std::size_t leader_ = 0;
};

TEST_F(SleepingGroup, SendsNoMessageAndSleepsOn) {
  const std::uint64_t before = world_.marks().count(Mark::heartbeat_request);
  world_.run_for(hours{1});
  EXPECT_TRUE(all_sleep());
  EXPECT_EQ(world_.marks().count(Mark::heartbeat_request), before);
  EXPECT_EQ(world_.marks().count(Mark::woken), 0U);
}

TEST_F(SleepingGroup, ElectsAnotherLeaderWhenABondIsLost) {
  world_.crash(leader_);
  EXPECT_TRUE(comes_true(election(), [this] { return another_leads(); }));
}

TEST_F(SleepingGroup, ElectsAnotherLeaderWhenItsOwnFallsSilent) {
  world_.network().block(ways_of(leader_));
  const Duration silence = world_.swarm().group.election_timeout;
  EXPECT_TRUE(comes_true(silence + election(), [this] { return another_leads(); }));
  EXPECT_GT(world_.marks().count(Mark::woken_by_silence), 0U);
  // The one that was cut off has noticed as well.
  EXPECT_TRUE(comes_true(
      election(), [this] { return world_.node(leader_).status().role != core::Role::leader; }));
}

TEST_F(SleepingGroup, StaysAwakeWhileAMemberIsAway) {
  const std::size_t away = (leader_ + 1) % world_.nodes().size();
  world_.crash(away);
  world_.run_for(seconds{30});
  EXPECT_FALSE(world_.node(leader_).status().asleep);
  world_.start(away);
  EXPECT_TRUE(comes_true(seconds{30}, [this] { return all_sleep(); }));
}

TEST_F(SleepingGroup, ClosesTheSessionsOfWhoeverIsGoneInTime) {
  const std::size_t caller = (leader_ + 1) % world_.nodes().size();
  const std::size_t call = world_.clients().call(Operation::Kind::execute, caller);
  ASSERT_TRUE(comes_true(seconds{5}, [&] { return world_.clients().operation(call).succeeded(); }));
  EXPECT_EQ(world_.node(leader_).status().client_sessions, 1U);
  // Back at once, as another run: the session's owner is gone, and all members are there.
  world_.crash(caller);
  world_.start(caller);
  ASSERT_TRUE(comes_true(seconds{30}, [this] { return all_sleep(); }));
  EXPECT_EQ(world_.node(leader_).status().client_sessions, 1U);
  const Duration ttl = world_.swarm().group.session_ttl;
  EXPECT_TRUE(comes_true(ttl * 5 / 4,
                         [this] { return world_.node(leader_).status().client_sessions == 0; }));
  EXPECT_TRUE(comes_true(seconds{30}, [this] { return all_sleep(); }));
}

}  // namespace
}  // namespace tessera::sim
