#include <tessera/primitives/codec.h>
#include <tessera/primitives/random.h>
#include <tessera/statesync/keyed_state.h>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tessera {
namespace {

using State = KeyedState<int, std::string>;
using Contents = std::map<int, std::string>;

Contents contents_of(const State& state) {
  Contents contents;
  state.for_each([&](int key, const std::string& value) { contents.emplace(key, value); });
  EXPECT_EQ(contents.size(), state.size());
  return contents;
}

State::Changes items_of(State::Snapshot snapshot) {
  State::Changes items;
  while (auto item = snapshot.next()) items.push_back(*std::move(item));
  return items;
}

/// Everything that can be told of a state, its history included.
Bytes whole(const State& state) { return encode(items_of(state.create_snapshot())); }

TEST(KeyedState, AnUpdateHasOneIdHoweverMuchItChanges) {
  State state;
  EXPECT_EQ(state.update_id(), UpdateId(0));
  auto first = state.begin_update();
  first.set(1, "one");
  first.set(2, "two");
  EXPECT_EQ(first.id(), UpdateId(1));
  EXPECT_EQ(state.update_id(), UpdateId(1));
  auto second = state.begin_update();
  EXPECT_TRUE(second.erase(1));
  EXPECT_EQ(state.update_id(), UpdateId(2));
  EXPECT_EQ(state.find(1), nullptr);
  EXPECT_EQ(*state.find(2), "two");
  EXPECT_EQ(state.size(), 1U);
}

TEST(KeyedState, AnUpdateThatChangesNothingHasNoId) {
  State state;
  state.begin_update().set(1, "one");
  auto idle = state.begin_update();
  EXPECT_FALSE(idle.erase(7));
  EXPECT_EQ(idle.id(), UpdateId(0));
  EXPECT_EQ(state.update_id(), UpdateId(1));
}

TEST(KeyedState, ChangesAreTheLastWriteOfEachKey) {
  State state;
  state.begin_update().set(1, "a");
  state.begin_update().set(2, "b");
  state.begin_update().set(1, "c");
  state.begin_update().erase(2);
  const State::Changes wanted{{UpdateId(3), 1, "c"}, {UpdateId(4), 2, std::nullopt}};
  EXPECT_EQ(state.changes_since(UpdateId(1)), wanted);
  EXPECT_EQ(state.changes_behind(UpdateId(1)), 2U);
  EXPECT_EQ(state.changes_since(UpdateId(4)), State::Changes{});
  EXPECT_EQ(state.changes_since(UpdateId(9)), State::Changes{}) << "ahead of this state";
}

TEST(KeyedState, TheHistoryReachesBackSoManyUpdates) {
  State state(100);
  for (int update = 1; update <= 10'000; ++update) {
    auto change = state.begin_update();
    change.set(update % 7, std::to_string(update));
    change.set(100 + update, "short-lived");
    change.erase(100 + update - 1);
  }
  EXPECT_TRUE(state.changes_since(UpdateId(9'900)));
  EXPECT_FALSE(state.changes_since(UpdateId(9'899)));
  // Keys that were removed are forgotten with the updates that removed them.
  EXPECT_EQ(items_of(state.create_snapshot()).size(), 1U + 7U + 1U + 100U);
}

TEST(KeyedState, APlaceWithinAnUpdateIsLostWithThatUpdate) {
  State state(2);
  auto update = state.begin_update();
  update.set(1, "read");
  update.set(2, "not yet read");
  state.begin_update().set(3, "a");
  const State::Place place{UpdateId(1), 1};
  EXPECT_TRUE(state.reaches_back_to(place));
  state.begin_update().set(3, "b");
  EXPECT_TRUE(state.reaches_back_to(UpdateId(1)));
  EXPECT_FALSE(state.reaches_back_to(place));
}

/// A state that nobody could get wrong: all that there ever was.
class Naive {
 public:
  explicit Naive(std::uint64_t history_max) : history_max_(history_max) {}
  void update(const std::map<int, std::optional<std::string>>& writes) {
    Contents next = states_.back();
    bool changed = false;
    for (const auto& [key, value] : writes) {
      changed |= value.has_value() || next.erase(key) > 0;
      if (value) next[key] = *value;
      if (value || states_.back().contains(key)) written_[key] = states_.size();
    }
    if (changed) states_.push_back(std::move(next));
  }
  [[nodiscard]] const Contents& at(std::uint64_t id) const { return states_.at(id); }
  [[nodiscard]] std::uint64_t newest() const { return states_.size() - 1; }
  [[nodiscard]] bool reaches(std::uint64_t from) const { return from + history_max_ >= newest(); }
  [[nodiscard]] std::size_t written_behind(std::uint64_t from) const {
    std::size_t count = 0;
    for (const auto& [key, id] : written_) count += id > from ? 1 : 0;
    return count;
  }

 private:
  std::uint64_t history_max_;
  std::vector<Contents> states_{Contents{}};
  std::map<int, std::size_t> written_;
};

constexpr std::uint64_t seeds = 200;
constexpr std::uint64_t history = 10;

/// The same updates to a state and to a naive one, from a seed.
struct Twins {
  explicit Twins(std::uint64_t seed) : random(seed) {}

  void update() {
    std::map<int, std::optional<std::string>> writes;
    const std::uint64_t count = random.below(4);
    for (std::uint64_t write = 0; write < count; ++write) {
      const int key = static_cast<int>(random.below(12));
      writes[key] =
          random.below(3) == 0 ? std::nullopt : std::optional(std::to_string(random.below(1000)));
    }
    auto change = state.begin_update();
    for (const auto& [key, value] : writes) {
      if (value) {
        change.set(key, *value);
      } else {
        change.erase(key);
      }
    }
    naive.update(writes);
  }

  Random random;
  State state{history};
  Naive naive{history};
};

void changes_lead_from_where_one_stands_to_the_present(Twins twins) {
  std::vector<State> copies{twins.state};
  for (int round = 0; round < 60; ++round) {
    twins.update();
    ASSERT_EQ(contents_of(twins.state), twins.naive.at(twins.naive.newest()));
    ASSERT_EQ(twins.state.update_id().value(), twins.naive.newest());
    if (copies.back().update_id() != twins.state.update_id()) copies.push_back(twins.state);
    for (const State& copy : copies) {
      const UpdateId from = copy.update_id();
      const auto changes = twins.state.changes_since(from);
      ASSERT_EQ(changes.has_value(), twins.naive.reaches(from.value()));
      if (!changes) continue;
      ASSERT_EQ(changes->size(), twins.naive.written_behind(from.value())) << "one for each key";
      ASSERT_EQ(changes->size(), twins.state.changes_behind(from));
      // The snapshot that it will have, and then has.
      EXPECT_EQ(encode(items_of(copy.amended(*changes))), whole(twins.state));
      State amended = copy;
      amended.amend(*changes);
      EXPECT_EQ(contents_of(amended), twins.naive.at(twins.naive.newest()));
      EXPECT_EQ(whole(amended), whole(twins.state));
    }
  }
}

TEST(KeyedStateSeeds, ChangesLeadFromWhereOneStandsToThePresent) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(seed);
    changes_lead_from_where_one_stands_to_the_present(Twins(seed));
  }
}

void a_snapshot_in_portions_makes_an_equal_state(Twins twins) {
  State loaded(history);
  for (int round = 0; round < 40; ++round) {
    twins.update();
    const State::Changes items = items_of(twins.state.create_snapshot());
    for (std::size_t from = 0; from < items.size();) {
      const std::size_t count =
          std::min<std::size_t>(1 + twins.random.below(5), items.size() - from);
      const auto first = items.begin() + static_cast<std::ptrdiff_t>(from);
      loaded.install_snapshot({first, first + static_cast<std::ptrdiff_t>(count)});
      from += count;
    }
    ASSERT_EQ(contents_of(loaded), contents_of(twins.state));
    ASSERT_EQ(whole(loaded), whole(twins.state));
    const UpdateId from = twins.state.update_id() - history;
    EXPECT_EQ(loaded.changes_since(from), twins.state.changes_since(from));
  }
}

TEST(KeyedStateSeeds, ASnapshotInPortionsMakesAnEqualState) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(seed);
    a_snapshot_in_portions_makes_an_equal_state(Twins(seed));
  }
}

void changes_fetched_in_portions_while_updates_go_on_are_all_there_are(Twins twins) {
  for (int round = 0; round < 8; ++round) twins.update();
  State copy = twins.state;
  for (int round = 0; round < 3; ++round) twins.update();
  State::Changes fetched;
  State::Place place{copy.update_id(), std::nullopt};
  for (bool more = true; more;) {
    more = false;
    std::size_t room = 1 + twins.random.below(3);
    if (!twins.state.reaches_back_to(place)) return;  // it was too slow for this history
    twins.state.visit_changes(place, [&](State::Change change) {
      if (room-- == 0) return more = true, false;
      place = {change.id, change.key};
      fetched.push_back(std::move(change));
      return true;
    });
    while (more && twins.random.below(3) != 0) twins.update();
  }
  EXPECT_EQ(encode(items_of(copy.amended(fetched))), whole(twins.state));
  copy.amend(fetched);
  EXPECT_EQ(whole(copy), whole(twins.state));
}

TEST(KeyedStateSeeds, ChangesFetchedInPortionsWhileUpdatesGoOnAreAllThereAre) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(seed);
    changes_fetched_in_portions_while_updates_go_on_are_all_there_are(Twins(seed));
  }
}

}  // namespace
}  // namespace tessera
