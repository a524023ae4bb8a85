#include "world.h"

/// The replicated map.
namespace tessera::tests {
namespace {

using Accounts = Map<std::string, std::uint64_t>;
using Content = std::map<std::string, std::uint64_t>;

class Maps : public testing::TestWithParam<unsigned> {
 protected:
  Accounts open(const std::string& network, const Genesis& genesis) {
    return world_[network].map<std::string, std::uint64_t>("accounts", genesis);
  }
  Accounts alone() {
    world_.start("a");
    auto map = open("a", Genesis::expect(1));
    take(map.when().online(use_future));
    return map;
  }

  World world_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Threads, Maps, testing::Values(1U, 2U));

TEST_P(Maps, M22_InsertSaysWhetherTheKeyWasNew) {
  const Accounts map = alone();
  const auto first = take(map.insert("alice", 100, use_future));
  EXPECT_TRUE(first.result.done);
  EXPECT_EQ(first.result.before, std::nullopt);
  const auto second = take(map.insert("alice", 150, use_future));
  EXPECT_FALSE(second.result.done);
  EXPECT_EQ(second.result.before, 100U);
  EXPECT_EQ(second.result.changed, 1U);
  EXPECT_GT(second.position, first.position);
  EXPECT_EQ(map.get("alice"), 150U);
  EXPECT_EQ(take(map.insert("alice", 150, use_future)).result.changed, 0U);
}

TEST_P(Maps, M22_ReadsSeeWhatTheMapHolds) {
  const Accounts map = alone();
  EXPECT_TRUE(map.empty());
  const auto extended = take(map.extend({{"b", 2}, {"a", 1}, {"c", 3}}, use_future));
  EXPECT_TRUE(extended.result.done);
  EXPECT_EQ(extended.result.changed, 3U);
  EXPECT_EQ(map.size(), 3U);
  EXPECT_FALSE(map.empty());
  EXPECT_TRUE(map.contains("a"));
  EXPECT_FALSE(map.contains("d"));
  EXPECT_EQ(map.get("d"), std::nullopt);
  EXPECT_EQ(map.snapshot(), (Content{{"a", 1}, {"b", 2}, {"c", 3}}));
  EXPECT_EQ(map.keys(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(map.values(), (std::vector<std::uint64_t>{1, 2, 3}));
  std::uint64_t sum = 0;
  map.for_each([&](const std::string&, std::uint64_t value) { sum += value; });
  EXPECT_EQ(sum, 6U);
}

TEST_P(Maps, M22_RemovalsCountWhatWasThere) {
  const Accounts map = alone();
  take(map.extend({{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}}, use_future));
  const auto removed = take(map.remove("a", use_future));
  EXPECT_TRUE(removed.result.done);
  EXPECT_EQ(removed.result.before, 1U);
  EXPECT_FALSE(take(map.remove("a", use_future)).result.done);
  EXPECT_EQ(take(map.remove_many({"a", "b", "c"}, use_future)).result.changed, 2U);
  EXPECT_EQ(map.snapshot(), (Content{{"d", 4}}));
  EXPECT_EQ(take(map.clear(use_future)).result.changed, 1U);
  EXPECT_FALSE(take(map.clear(use_future)).result.done);
  EXPECT_TRUE(map.empty());
}

TEST_P(Maps, M22_CompareExchangeActsOnlyOnWhatItExpects) {
  const Accounts map = alone();
  const auto exchange = [&](std::optional<std::uint64_t> expected,
                            std::optional<std::uint64_t> desired) {
    return take(map.compare_exchange("a", expected, desired, use_future)).result;
  };
  EXPECT_TRUE(exchange(std::nullopt, 1).done);  // absent to present
  EXPECT_EQ(map.get("a"), 1U);
  const auto mismatch = exchange(7, 8);
  EXPECT_FALSE(mismatch.done);
  EXPECT_EQ(mismatch.before, 1U);
  EXPECT_FALSE(exchange(std::nullopt, 8).done);
  EXPECT_EQ(map.get("a"), 1U);
  EXPECT_TRUE(exchange(1, 2).done);
  EXPECT_EQ(map.get("a"), 2U);
  EXPECT_TRUE(exchange(2, std::nullopt).done);  // present to absent
  EXPECT_FALSE(map.contains("a"));
  EXPECT_TRUE(exchange(std::nullopt, std::nullopt).done);
  EXPECT_FALSE(map.contains("a"));
}

TEST_P(Maps, AreEqualOnAllMembersAndAfterARestart) {
  world_.start("a");
  world_.start("b", world_.at("a"));
  world_.start("c", world_.at("a"));
  std::map<std::string, Accounts> maps;
  const std::vector<std::string> names{"a", "b", "c"};
  for (const auto& name : names) maps.emplace(name, open(name, Genesis::expect(3)));
  Cursor last;
  for (const auto& [name, map] : maps) {
    for (std::uint64_t n = 0; n < 10; ++n) {
      last = take(map.insert(name + std::to_string(n), n, use_future)).position;
    }
  }
  const auto equal = [&] {
    for (const auto& [name, map] : maps) {
      take(map.when().applied(last, use_future));
      EXPECT_EQ(map.size(), 30U);
      EXPECT_EQ(map.snapshot(), maps.at("a").snapshot());
    }
  };
  equal();
  maps.clear();
  for (const auto& name : names) world_.stop(name);
  for (const auto& name : names) world_.start(name, world_.at("a"));
  for (const auto& name : names) maps.emplace(name, open(name, Genesis::expect(3)));
  equal();
}

TEST_P(Maps, HandlesOfOneNodeShareWhatTheyRead) {
  const Accounts map = alone();
  std::optional<Accounts> second = open("a", Genesis::expect(1));
  take(second->insert("a", 1, use_future));
  EXPECT_EQ(map.get("a"), 1U);
  second.reset();
  take(map.insert("b", 2, use_future));
  EXPECT_EQ(map.size(), 2U);
}

TEST_P(Maps, OfAnotherNameHoldOtherThings) {
  const Accounts map = alone();
  const auto other = world_["a"].map<std::string, std::uint64_t>("other", Genesis::expect(1));
  take(other.insert("a", 1, use_future));
  take(map.insert("b", 2, use_future));
  EXPECT_EQ(map.snapshot(), (Content{{"b", 2}}));
  EXPECT_NE(map.group().id(), other.group().id());
}

TEST_P(Maps, TheDigestTellsContentsApart) {
  const Accounts map = alone();
  using Machine = Accounts::Machine;
  const auto digest = [&] {
    Machine::Query query;
    query.kind = Machine::Query::Kind::digest;
    return take(map.group().query(query, Consistency::strong, use_future)).result.digest;
  };
  const UniqueId empty = digest();
  take(map.insert("a", 1, use_future));
  const UniqueId one = digest();
  EXPECT_NE(one, empty);
  take(map.remove("a", use_future));
  EXPECT_EQ(digest(), empty);
}

}  // namespace
}  // namespace tessera::tests
