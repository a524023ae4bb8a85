#include "../runtime/world.h"

#include <algorithm>
#include <set>

/// Bonds.
namespace tessera::tests {
namespace {

using namespace std::chrono_literals;

TEST(Parity, M03_OverlappingGroupsFormExactlyTheirMeshes) {
  World world;
  world.start("a");
  for (const char* name : {"b", "c", "d"}) world.start(name, world.at("a"));
  const std::map<std::string, std::set<std::string>> members{
      {"first", {"a", "b", "c"}}, {"second", {"b", "c", "d"}}, {"third", {"a", "d"}}};
  std::map<std::pair<std::string, std::string>, JournalGroup> groups;
  for (const auto& [key, names] : members) {
    for (const auto& name : names) {
      groups.emplace(std::pair(key, name), world.join(name, key, Genesis::expect(names.size())));
    }
  }
  const auto wanted = [&](const std::string& key, const std::string& name) {
    std::vector<PeerId> peers;
    for (const auto& other : members.at(key)) {
      if (other != name) peers.push_back(world[other].local_id());
    }
    std::sort(peers.begin(), peers.end());
    return peers;
  };
  const auto all_stand = [&] {
    return std::all_of(groups.begin(), groups.end(), [&](const auto& entry) {
      return entry.second.bonds() == wanted(entry.first.first, entry.first.second);
    });
  };
  EXPECT_TRUE(comes_true(all_stand, 5s));
  for (const auto& [at, group] : groups) wait_online(group);
  EXPECT_TRUE(all_stand());
}

TEST(Parity, M03_AWrongKeyNeverBonds) {
  World world;
  world.start("a");
  world.start("b", world.at("a"));
  world.start("c", world.at("a"));
  const auto a = world.join("a", "k", Genesis::expect(2));
  const auto b = world.join("b", "k", Genesis::expect(2));
  const auto stranger = world.join("c", "another", Genesis::expect(2));
  wait_online(a);
  wait_online(b);
  EXPECT_TRUE(names_problem(stranger, "no peer proves this key"));
  EXPECT_TRUE(stranger.bonds().empty());
  EXPECT_EQ(a.bonds(), std::vector{world["b"].local_id()});
  EXPECT_EQ(b.bonds(), std::vector{world["a"].local_id()});
}

boost::asio::awaitable<void> until_bonded(Watch watch, std::vector<PeerId> peers) {
  std::vector<PeerId> bonds;
  bool first = true;
  while (first || bonds != peers) {
    first = false;
    const Edge edge = co_await watch.next();
    bonds = edge.status.bonds;
  }
}

TEST(Parity, M03_AWatcherSeesEachChange) {
  World world;
  world.start("a");
  const auto a = world.join("a", "k", Genesis::expect(1));
  const Watch watch = a.watch();
  world.run(until_bonded(watch, {}));
  world.start("b", world.at("a"));
  const PeerId b = world["b"].local_id();
  for (int round = 0; round < 3; ++round) {
    const auto joined = world.join("b", "k", Genesis::join());
    world.run(until_bonded(watch, {b}));
    take(joined.close(use_future));
    world.run(until_bonded(watch, {}));
  }
  const auto joined = world.join("b", "k", Genesis::join());
  world.run(until_bonded(watch, {b}));
  world.stop("b");
  world.run(until_bonded(watch, {}));
}

}  // namespace
}  // namespace tessera::tests
