#include "../runtime/world.h"

/// What a group's id is made of.
namespace tessera::tests {
namespace {

GroupId id_of(const JournalGroup& group) {
  EXPECT_TRUE(comes_true([&] { return !group.id().is_none(); }));
  return group.id();
}

struct Choices {
  std::string key = "k";
  Genesis genesis = Genesis::expect(3);
  GroupSettings settings;
  std::string machine = "1";
  std::size_t chunk_bytes = 1U << 20U;
};

JournalGroup join(const Network& network, const Choices& choices) {
  return network.group(key_of(choices.key))
      .genesis(choices.genesis)
      .settings(choices.settings)
      .state_machine(
          Journal(choices.machine, LogReplay<Journal>().chunk_bytes(choices.chunk_bytes)))
      .join();
}

TEST(Parity, M01_TheSameInputsGiveTheSameIdOnEveryNode) {
  World world;
  NetworkConfig in_memory = world.config("b");
  in_memory.data_dir.clear();
  world.start("a");
  world.start("b", in_memory);
  const GroupId on_a = id_of(join(world["a"], {}));
  EXPECT_EQ(id_of(join(world["b"], {})), on_a);
  world.stop("a");
  world.start("a");
  EXPECT_EQ(id_of(join(world["a"], {})), on_a);
}

TEST(Parity, M01_TimingsStorageAndGenesisChangeNothing) {
  World world;
  NetworkConfig in_memory = world.config("b", {});
  in_memory.data_dir.clear();
  world.start("a");
  world.start("b", in_memory);
  const auto a = join(world["a"], {});
  Choices other;
  other.genesis = Genesis::join();
  other.settings = quick_settings();
  const auto b = join(world["b"], other);
  EXPECT_EQ(id_of(a), id_of(b));
  ASSERT_TRUE(world["b"].dial(world.at("a").front()));
  EXPECT_TRUE(comes_true([&] { return a.bonds().size() == 1 && b.bonds().size() == 1; }));
}

TEST(Parity, M01_AnyOtherChangeGivesAnotherIdAndNoBond) {
  World world;
  world.start("a");
  world.start("b", world.at("a"));
  const auto a = join(world["a"], {});
  std::map<std::string, Choices> changes;  // by what the problem says of them
  changes["no peer proves this key"].key = "another";
  changes["differs in the state machine"].machine = "2";
  changes["differs in the state-sync settings"].chunk_bytes = 1U << 19U;
  std::map<GroupId, std::string> ids{{id_of(a), "none"}};
  for (const auto& [what, choices] : changes) {
    const auto b = join(world["b"], choices);
    EXPECT_TRUE(ids.emplace(id_of(b), what).second) << what;
    EXPECT_TRUE(names_problem(b, what));
    EXPECT_TRUE(b.bonds().empty()) << what;
    EXPECT_TRUE(a.bonds().empty()) << what;
  }
  NetworkConfig elsewhere = world.config("c", world.at("a"));
  elsewhere.name = "another network";
  world.start("c", elsewhere);
  EXPECT_TRUE(ids.emplace(id_of(join(world["c"], {})), "network").second);
}

}  // namespace
}  // namespace tessera::tests
