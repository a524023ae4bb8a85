#include "cluster.h"
#include "counted_links.h"

#include <algorithm>
#include <functional>
#include <map>

/// A quiet group falls asleep; whatever happens next wakes it (docs/decisions/0108).
namespace tessera::shell::testing {
namespace {

using Names = std::vector<std::string>;

class SleepingGroup : public ::testing::Test {
 protected:
  SleepingGroup() {
    quick_.settings.heartbeat = std::chrono::milliseconds(50);
    quick_.settings.election_timeout = std::chrono::milliseconds(500);
    quick_.settings.election_jitter = std::chrono::milliseconds(500);
  }

  void start(const std::string& name, bool may_sleep = true) {
    cluster_.start(name, [&](NodeOptions& options) {
      if (name != "a") {
        options.peers = Names{address_of_a_};
      }
      options.may_sleep = may_sleep;
      sent_[name] = count_frames(options);
    });
    if (name == "a") {
      address_of_a_ = cluster_.address("a");
    }
  }
  void found_group(bool c_may_sleep = true) {
    start("a");
    start("b");
    start("c", c_may_sleep);
    for (const std::string& name : names_) {
      members_[name] = cluster_.join(name, quick_);
    }
    for (const std::string& name : names_) {
      ASSERT_TRUE(members_.at(name).is_online()) << name;
      ASSERT_FALSE(members_.at(name).execute("before").error.has_value());
    }
  }
  [[nodiscard]] bool all_sleep() const {
    return comes_true([&] {
      return std::all_of(members_.begin(), members_.end(),
                         [](const auto& each) { return each.second->status().core.asleep; });
    });
  }
  [[nodiscard]] std::string leader() const {
    const auto status = members_.begin()->second->status();
    for (const auto& [name, member] : members_) {
      if (status.core.leader && member->status().core.self.peer == status.core.leader->peer) {
        return name;
      }
    }
    return {};
  }
  [[nodiscard]] std::string follower() const { return leader() == "b" ? "c" : "b"; }
  [[nodiscard]] std::uint64_t sent(FrameKind kind) const {
    std::uint64_t count = 0;
    for (const auto& [name, frames] : sent_) {
      count += frames->of(kind);
    }
    return count;
  }
  /// Waits until every node has sent so many more heartbeats of pairs.
  [[nodiscard]] bool passes_beats(std::uint64_t count) const {
    for (const auto& [name, frames] : sent_) {
      const std::uint64_t before = frames->of(FrameKind::beat);
      const auto passed = [&, kept = frames] {
        return kept->of(FrameKind::beat) >= before + count;
      };
      if (!comes_true(passed)) {
        return false;
      }
    }
    return true;
  }

  /// True if the group sleeps and no message of it is sent during `action`. On a machine so busy
  /// that a peer is silent for an election timeout the group rightly wakes: then once more.
  [[nodiscard]] bool is_silent_during(const std::function<void()>& action) const {
    constexpr int attempts = 20;
    for (int attempt = 0; attempt < attempts; ++attempt) {
      if (!all_sleep()) {
        return false;
      }
      const std::uint64_t before = sent(FrameKind::message);
      action();
      if (sent(FrameKind::message) == before) {
        return true;
      }
    }
    return false;
  }

  const Names names_{"a", "b", "c"};
  JoinChoices quick_;
  std::string address_of_a_;
  std::map<std::string, std::shared_ptr<SentFrames>> sent_;
  Cluster cluster_;
  std::map<std::string, LedgerMember> members_;
};

TEST_F(SleepingGroup, ExchangesNothing) {
  found_group();
  EXPECT_TRUE(is_silent_during([&] {
    ASSERT_TRUE(passes_beats(60)) << "thirty heartbeats to each of two peers: three timeouts";
  }));
  EXPECT_TRUE(all_sleep());
}

TEST_F(SleepingGroup, WakesForACommandAndForAStrongReadOfAnyMember) {
  found_group();
  std::size_t lines = names_.size();
  for (const auto& [name, member] : members_) {
    ASSERT_TRUE(all_sleep());
    EXPECT_FALSE(member.execute("on " + name).error.has_value());
    ++lines;
    ASSERT_TRUE(all_sleep());
    const auto held = member.lines(Consistency::strong);
    ASSERT_TRUE(held.has_value());
    EXPECT_EQ(held->size(), lines);
  }
}

TEST_F(SleepingGroup, SleepsThroughAWeakRead) {
  found_group();
  EXPECT_TRUE(is_silent_during([&] {
    for (const auto& [name, member] : members_) {
      const auto held = member.lines(Consistency::weak);
      ASSERT_TRUE(held.has_value());
      EXPECT_EQ(held->size(), names_.size());
    }
  }));
}

TEST_F(SleepingGroup, ReplacesALeaderThatIsKilled) {
  found_group();
  ASSERT_TRUE(all_sleep());
  const std::string killed = leader();
  const PeerId lost = cluster_.node(killed).self();
  members_.erase(killed);
  sent_.erase(killed);
  cluster_.stop(killed);
  for (const auto& [name, member] : members_) {
    EXPECT_TRUE(member.is_led_by_another_than(lost)) << name;
    EXPECT_FALSE(member.execute("after").error.has_value());
  }
}

TEST_F(SleepingGroup, ReplacesALeaderThatFallsSilent) {
  found_group();
  ASSERT_TRUE(all_sleep());
  const std::string silent = leader();
  const PeerId lost = cluster_.node(silent).self();
  sent_.at(silent)->mute();
  for (const auto& [name, member] : members_) {
    if (name != silent) {
      EXPECT_TRUE(member.is_led_by_another_than(lost)) << name;
    }
  }
}

TEST_F(SleepingGroup, TakesAMemberBackThatIsStartedAnew) {
  found_group();
  ASSERT_TRUE(all_sleep());
  const std::string back = follower();
  members_.erase(back);
  cluster_.stop(back);
  // Who is away keeps the others awake.
  ASSERT_TRUE(members_.at(leader()).reaches(
      [](const MemberStatus& status) { return !status.core.asleep; }));
  ASSERT_FALSE(members_.at(leader()).execute("meanwhile").error.has_value());
  start(back);
  members_[back] = cluster_.join(back, quick_);
  ASSERT_TRUE(all_sleep());
  const auto held = members_.at(back).lines(Consistency::weak);
  ASSERT_TRUE(held.has_value());
  EXPECT_EQ(held->size(), names_.size() + 1);
}

TEST_F(SleepingGroup, NeedsEveryNodeToLetIt) {
  found_group(false);
  const std::uint64_t before = sent_.at(leader())->of(FrameKind::message);
  // Heartbeats of four election timeouts, to each of two followers.
  ASSERT_TRUE(
      comes_true([&] { return sent_.at(leader())->of(FrameKind::message) >= before + 2 * 40; }));
  EXPECT_FALSE(members_.at(leader())->status().core.asleep);
  EXPECT_FALSE(members_.at("c")->status().core.asleep);
}

TEST_F(SleepingGroup, SharesItsHeartbeatWithAllGroupsOfThePair) {
  found_group();
  std::vector<LedgerMember> others;
  for (int number = 0; number < 5; ++number) {
    JoinChoices choices = quick_;
    choices.key = "another key of the tests, " + std::to_string(number);
    for (const std::string& name : names_) {
      others.push_back(cluster_.join(name, choices));
    }
  }
  for (const LedgerMember& member : others) {
    ASSERT_TRUE(member.reaches([](const MemberStatus& status) { return status.core.asleep; }));
  }
  ASSERT_TRUE(all_sleep());
  const auto begun = std::chrono::steady_clock::now();
  const std::uint64_t before = sent_.at("a")->of(FrameKind::beat);
  constexpr std::uint64_t beats = 40;
  ASSERT_TRUE(comes_true([&] { return sent_.at("a")->of(FrameKind::beat) >= before + beats; }));
  const auto took = std::chrono::steady_clock::now() - begun;
  // Two peers, a heartbeat each in fifty milliseconds: six groups would need a sixth of that.
  EXPECT_GE(took, quick_.settings.heartbeat * (beats / 2 - 1));
}

}  // namespace
}  // namespace tessera::shell::testing
