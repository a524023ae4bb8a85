#include "cluster.h"
#include <tessera/groups/shell/internal/space_watch.h>

#include <algorithm>
#include <atomic>

/// A disk that is nearly full takes no commands, and everything else goes on.
namespace tessera::shell::testing {
namespace {

using Names = std::vector<std::string>;

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

TEST(SpaceJudge, GoesBackOnlyWithAQuarterMoreThanTheReserve) {
  SpaceJudge judge(100 * mebibyte);
  const std::uint64_t disk = 100'000 * mebibyte;
  EXPECT_FALSE(judge.judge({100 * mebibyte, disk}));
  const auto shortage = judge.judge({99 * mebibyte, disk});
  ASSERT_TRUE(shortage);
  EXPECT_TRUE(shortage->is(Errc::disk_full));
  EXPECT_NE(shortage->message().find("99 MiB left"), std::string::npos) << shortage->message();
  EXPECT_TRUE(judge.judge({124 * mebibyte, disk}));
  EXPECT_FALSE(judge.judge({125 * mebibyte, disk}));
  EXPECT_FALSE(judge.judge({100 * mebibyte, disk}));
}

TEST(SpaceJudge, OfASmallDiskATwentiethIsEnough) {
  SpaceJudge judge(100 * mebibyte);
  EXPECT_FALSE(judge.judge({50 * mebibyte, 1000 * mebibyte}));
  EXPECT_TRUE(judge.judge({49 * mebibyte, 1000 * mebibyte}));
}

class FullDisks : public ::testing::Test {
 protected:
  using Free = std::shared_ptr<std::atomic<std::uint64_t>>;
  static constexpr std::uint64_t ample = 10'000 * mebibyte;

  void start(const std::string& name, const Names& peers) {
    Free& left =
        free.try_emplace(name, std::make_shared<std::atomic<std::uint64_t>>(ample)).first->second;
    cluster.start(name, [&](NodeOptions& options) {
      options.peers = peers;
      options.disk_reserve = 100 * mebibyte;
      options.space_interval = std::chrono::milliseconds(20);
      options.space = [left] { return DiskSpace{*left, 100'000 * mebibyte}; };
    });
    members.insert_or_assign(name, cluster.join(name));
  }
  void start_all() {
    start("a", {});
    start("b", {cluster.address("a")});
    start("c", {cluster.address("a")});
    for (const std::string& name : names) {
      ASSERT_TRUE(members.at(name).is_online()) << name;
    }
    ASSERT_FALSE(members.at("a").execute("before").error.has_value());
  }
  [[nodiscard]] std::string leader() const {
    std::string found;
    EXPECT_TRUE(comes_true([&] {
      for (const auto& [name, member] : members) {
        if (member->status().core.role == core::Role::leader) {
          found = name;
        }
      }
      return !found.empty();
    }));
    return found;
  }
  [[nodiscard]] std::string another_than(const std::string& one, const std::string& two = {}) {
    return *std::find_if(names.begin(), names.end(),
                         [&](const auto& name) { return name != one && name != two; });
  }
  /// Its disk fills, and it says so.
  void fill(const std::string& name) {
    *free.at(name) = 10 * mebibyte;
    EXPECT_TRUE(members.at(name).reaches([](const MemberStatus& status) {
      return status.core.disk_short && status.problem && status.problem->is(Errc::disk_full);
    })) << name;
  }
  void make_room(const std::string& name) {
    *free.at(name) = ample;
    EXPECT_TRUE(members.at(name).reaches([](const MemberStatus& status) {
      return !status.core.disk_short && !status.problem;
    })) << name;
  }
  void expect_refused(const std::string& name) {
    const core::Reply reply = members.at(name).execute("refused");
    ASSERT_TRUE(reply.error) << name;
    EXPECT_TRUE(reply.error->is(Errc::disk_full)) << reply.error->message();
  }
  void expect_taken(const std::string& name, const std::string& line) {
    // A leader that was short a moment ago may not have said otherwise yet.
    EXPECT_TRUE(comes_true([&] {
      const core::Reply reply = members.at(name).execute(line);
      EXPECT_TRUE(!reply.error || reply.error->is(Errc::disk_full)) << reply.error->message();
      return !reply.error;
    })) << name;
  }

  const Names names{"a", "b", "c"};
  Cluster cluster;
  std::map<std::string, Free> free;
  std::map<std::string, LedgerMember> members;
};

TEST_F(FullDisks, ALeaderHandsOnAndGoesOnVotingAndAcknowledging) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  const std::string first = leader();
  const PeerId peer = cluster.node(first).self();
  fill(first);
  EXPECT_TRUE(members.at(first).is_led_by_another_than(peer));
  expect_refused(first);
  const std::string second = leader();
  expect_taken(second, "by others");
  // With one of the others gone, nothing is committed without the one that is short.
  const std::string third = another_than(first, second);
  members.erase(third);
  cluster.stop(third);
  expect_taken(second, "with its acknowledgement");
  EXPECT_TRUE(members.at(first).lines(Consistency::strong).has_value());
  EXPECT_TRUE(cluster.node(first).status().disk_shortage.has_value());
  make_room(first);
  expect_taken(first, "with room again");
}

TEST_F(FullDisks, WithoutRoomAnywhereTheGroupKeepsALeaderAndElectsAnother) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  for (const std::string& name : names) {
    fill(name);
  }
  for (const std::string& name : names) {
    expect_refused(name);
  }
  const std::string first = leader();
  const PeerId lost = cluster.node(first).self();
  members.erase(first);
  cluster.stop(first);
  for (const auto& [name, member] : members) {
    EXPECT_TRUE(member.is_led_by_another_than(lost)) << name;
    EXPECT_TRUE(member.lines(Consistency::strong).has_value()) << name;
    expect_refused(name);
  }
  for (const auto& [name, member] : members) {
    make_room(name);
  }
  expect_taken(members.begin()->first, "after");
}

TEST_F(FullDisks, AMemberThatStartsOnAFullDiskKnowsItAtOnce) {
  free["d"] = std::make_shared<std::atomic<std::uint64_t>>(mebibyte);
  start("d", {});
  EXPECT_TRUE(members.at("d").has_problem("1 MiB left, less than the reserve of 100 MiB"));
  expect_refused("d");
}

}  // namespace
}  // namespace tessera::shell::testing
