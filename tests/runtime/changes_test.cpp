#include "three_members.h"

#include <algorithm>

/// Groups that change while they run: by themselves, by an operator's wish, and by leaving.
namespace tessera::tests {
namespace {

using namespace std::chrono_literals;

std::size_t voters_in(const GroupStatus& status) {
  return static_cast<std::size_t>(std::count_if(status.members.begin(), status.members.end(),
                                                [](const MemberInfo& each) { return each.voter; }));
}

bool votes(const GroupStatus& status, const PeerId& peer) {
  return std::any_of(status.members.begin(), status.members.end(),
                     [&](const MemberInfo& each) { return each.id.peer == peer && each.voter; });
}

/// The storage id under which `peer` is a voter; none if it is not.
StorageId voting_store(const GroupStatus& status, const PeerId& peer) {
  for (const MemberInfo& each : status.members) {
    if (each.id.peer == peer && each.voter) return each.id.storage;
  }
  return {};
}

class Changes : public ThreeMembers {
 protected:
  JournalGroup& join(const std::string& name,
                     LeadershipPreference preference = LeadershipPreference::normal()) {
    groups_.insert_or_assign(name, world_[name]
                                       .group(key_of("the group"))
                                       .genesis(Genesis::join())
                                       .leadership(preference)
                                       .settings(quick_settings())
                                       .state_machine(Journal())
                                       .join());
    return groups_.at(name);
  }
  [[nodiscard]] PeerId peer(const std::string& name) { return world_[name].local_id(); }
  /// Whoever leads now.
  [[nodiscard]] std::string leader() {
    std::string found;
    EXPECT_TRUE(comes_true([&] {
      for (const auto& [name, group] : groups_) {
        if (group.status().role == Role::leader) found = name;
      }
      return !found.empty();
    }));
    return found;
  }
  [[nodiscard]] std::string follower() {
    const std::string leads = leader();
    return leads == "a" ? "b" : "a";
  }
};

TEST_F(Changes, LeadershipMovesToWhomItIsAskedTo) {
  const std::string target = follower();
  take(groups_.at("c").admin().transfer(peer(target), use_future));
  EXPECT_TRUE(comes_true([&] { return groups_.at("a").leader() == peer(target); }));
  expect_unharmed();
}

TEST_F(Changes, M09_LeadershipConditionsFireAgainAndAgain) {
  for (int round = 0; round < 2; ++round) {
    const std::string old = leader();
    const std::string next = old == "a" ? "b" : "a";
    auto lost = groups_.at(old).when().is_follower(use_future);
    auto won = groups_.at(next).when().is_leader(use_future);
    auto seen = groups_.at("c").when().leader_is(peer(next), use_future);
    EXPECT_EQ(won.wait_for(0s), std::future_status::timeout);
    take(groups_.at("c").admin().transfer(peer(next), use_future));
    take(std::move(lost));
    take(std::move(won));
    take(std::move(seen));
  }
}

TEST_F(Changes, X08_TwoStandbysMakeTheGroupFive) {
  for (const char* name : {"d", "e"}) {
    world_.start(name, world_.at("a"));
    join(name);
  }
  EXPECT_TRUE(comes_true([&] { return voters_in(groups_.at("a").status()) == 5; }));
  expect_unharmed();
}

TEST_F(Changes, ADemotedVoterStaysALearnerUntilItIsPromoted) {
  const std::string target = follower();
  take(groups_.at("a").admin().demote(peer(target), use_future));
  EXPECT_TRUE(comes_true([&] { return !votes(groups_.at(target).status(), peer(target)); }));
  expect_unharmed();
  EXPECT_FALSE(votes(groups_.at(target).status(), peer(target)));
  take(groups_.at("a").admin().promote(peer(target), use_future));
  EXPECT_TRUE(comes_true([&] { return votes(groups_.at(target).status(), peer(target)); }));
}

TEST_F(Changes, ARemovedMemberIsToldAndMayComeBackAsALearner) {
  const std::string target = follower();
  take(groups_.at("c").admin().remove(peer(target), use_future));
  EXPECT_TRUE(names_problem(groups_.at(target), "removed from the group"));
  EXPECT_EQ(error_of(groups_.at(target).execute(Journal::Line{"late", 1}, use_future)),
            make_error_code(Errc::removed));
  take(groups_.at(target).close(use_future));
  wait_online(join(target));
  EXPECT_TRUE(comes_true([&] { return voters_in(groups_.at("c").status()) == 3; }));
  expect_unharmed();
}

TEST_F(Changes, WhoLeavesIsNoMemberAndItsDataIsGone) {
  const std::string target = follower();
  take(groups_.at(target).leave(use_future));
  EXPECT_EQ(groups_.at("c").members().size(), 2U);
  EXPECT_EQ(error_of(groups_.at(target).execute(Journal::Line{"late", 1}, use_future)),
            make_error_code(Errc::group_closed));
  const JournalGroup& back = join(target);
  EXPECT_EQ(back.status().last, Cursor{});
  wait_online(back);
  expect_unharmed();
}

TEST_F(Changes, TheLeaderLeavesToo) {
  const std::string target = leader();
  take(groups_.at(target).leave(use_future));
  groups_.erase(target);
  EXPECT_TRUE(comes_true([&] { return voters_in(groups_.at(leader()).status()) == 2; }));
  for (auto& [name, group] : groups_) wait_online(group);
  expect_unharmed();
}

TEST_F(Changes, SettingsChangeForEverybody) {
  GroupSettings settings = quick_settings();
  settings.replace_after = 12'345ms;
  take(groups_.at(follower()).admin().configure(settings, use_future));
  for (const auto& each : groups_) {
    const bool changed = comes_true([&] { return each.second.status().settings == settings; });
    EXPECT_TRUE(changed) << each.first;
  }
  settings.heartbeat = 0ms;
  EXPECT_EQ(error_of(groups_.at("a").admin().configure(settings, use_future)),
            make_error_code(Errc::invalid_argument));
}

TEST_F(Changes, AClosingLeaderHandsLeadershipOver) {
  const std::string first = leader();
  const Term term = groups_.at(first).status().term;
  take(groups_.at(first).close(use_future));
  groups_.erase(first);
  // Handed over, not lost: one campaign, in the term after.
  const std::string second = leader();
  EXPECT_EQ(groups_.at(second).status().term.value(), term.value() + 1);
}

TEST_F(Changes, M10_ObserversNeverVoteNorLead) {
  for (const char* name : {"d", "e"}) {
    world_.start(name, world_.at("a"));
    wait_online(join(name, LeadershipPreference::observer()));
  }
  write("d", "by an observer");
  EXPECT_TRUE(comes_true([&] { return groups_.at("a").members().size() == 5; }));
  EXPECT_EQ(error_of(groups_.at("a").admin().transfer(peer("d"), use_future)),
            make_error_code(Errc::not_allowed));
  expect_unharmed();
  EXPECT_EQ(voters_in(groups_.at("a").status()), 3U);
}

TEST_F(Changes, X08_AWipedVoterIsBackByItself) {
  const std::string target = follower();
  groups_.erase(target);
  world_.stop(target);
  std::filesystem::remove_all(world_.folder(target) / "store");
  write("c", "meanwhile");
  world_.start(target, world_.at(target == "a" ? "b" : "a"));
  wait_online(join(target));
  EXPECT_TRUE(comes_true([&] {
    const GroupStatus status = groups_.at(target).status();
    return votes(status, peer(target)) && status.members.size() == 3;
  }));
  expect_unharmed();
}

TEST_F(Changes, X03_CommandsUnderWayWhenTheLeaderIsLostRunOnce) {
  constexpr std::size_t commands = 200;
  for (int round = 0; round < 2; ++round) {
    const std::string lost = leader();
    const std::string caller = follower();
    std::vector<std::future<Applied<Journal>>> under_way;
    for (std::size_t at = 0; at < commands; ++at) {
      under_way.push_back(groups_.at(caller).execute(Journal::Line{"once", 1}, use_future));
    }
    groups_.erase(lost);
    world_.stop(lost);
    // Each result is the sum behind its command: one that ran twice would leave a gap.
    for (auto& each : under_way) EXPECT_EQ(take(std::move(each)).result, ++written_);
    world_.start(lost, world_.at(caller));
    wait_online(join(lost));
  }
  expect_unharmed();
}

TEST_F(Changes, AnOldCopyOfAStoreIsFoundOutAndComesBackUnderANewStorageId) {
  const std::string target = follower();
  const auto store = world_.folder(target) / "store";
  const auto copy = world_.folder("copy");
  const StorageId former = voting_store(groups_.at(target).status(), peer(target));
  const auto stop = [&] {
    groups_.erase(target);
    world_.stop(target);
  };
  const auto start = [&] {
    world_.start(target, world_.at(target == "a" ? "b" : "a"));
    wait_online(join(target));
  };
  stop();
  std::filesystem::copy(store, copy, std::filesystem::copy_options::recursive);
  // Two lives that the copy knows nothing of, in which it acknowledges what it does not hold.
  for (int life = 0; life < 2; ++life) {
    start();
    write(target, "in between");
    stop();
  }
  std::filesystem::remove_all(store);
  std::filesystem::copy(copy, store, std::filesystem::copy_options::recursive);
  start();
  EXPECT_TRUE(comes_true([&] {
    const GroupStatus status = groups_.at(target).status();
    const StorageId present = voting_store(status, peer(target));
    return !present.is_none() && present != former && status.members.size() == 3;
  }));
  EXPECT_NE(world_.log().find("the store is an older copy of one"), std::string::npos);
  expect_unharmed();
}

TEST_F(Changes, AMemberWhoseStoreGivesTooLittleIsToldThatItStaysALearner) {
  NetworkConfig config = world_.config("d", world_.at("a"));
  config.identity = world_.folder("d.key");
  config.data_dir.clear();
  world_.start("d", config);
  const JournalGroup& cache = join("d");
  EXPECT_TRUE(names_problem(cache, "stays a learner"));
  wait_online(cache);
  EXPECT_FALSE(votes(cache.status(), peer("d")));
}

TEST_F(Changes, TheSecondProcessWithOneIdentityIsRefusedAndToldWhy) {
  NetworkConfig config = world_.config("twin", world_.at("c"));
  config.identity = world_.folder("a") / "identity.key";
  world_.start("twin", config);
  ASSERT_EQ(peer("twin"), peer("a"));
  EXPECT_TRUE(names_problem(join("twin"), "another process with this node's identity"));
  groups_.erase("twin");
  world_.stop("twin");
  expect_unharmed();
}

TEST_F(Changes, X08_AStandbyReplacesAVoterThatIsGoneForGood) {
  GroupSettings settings = quick_settings();
  settings.replace_after = 1ms;  // ten election timeouts, then
  take(groups_.at("a").admin().configure(settings, use_future));
  world_.start("d", world_.at("a"));
  wait_online(join("d"));
  const std::string lost = follower();
  const PeerId gone = peer(lost);
  groups_.erase(lost);
  world_.stop(lost);
  EXPECT_TRUE(comes_true([&] {
    const GroupStatus status = groups_.at("d").status();
    return votes(status, peer("d")) && !votes(status, gone) && voters_in(status) == 3;
  }));
  expect_unharmed();
}

TEST(LastVoter, CannotLeave) {
  World world;
  world.start("a");
  const JournalGroup group = world.join("a", "alone", Genesis::expect(1));
  wait_online(group);
  EXPECT_EQ(error_of(group.leave(use_future)), make_error_code(Errc::last_voter));
  take(group.execute(Journal::Line{"still here", 1}, use_future));
}

}  // namespace
}  // namespace tessera::tests
