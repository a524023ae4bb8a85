#include "../../examples/whole_state.h"
#include "../storage/raw_database.h"
#include "three_members.h"
#include <tessera/storage/rocks/internal/keys.h>

#include <algorithm>
#include <fstream>
#include <variant>

/// A member whose stored data fails its checks: it votes for nobody, starts over as one whose disk
/// was wiped, and the group does without it meanwhile.
namespace tessera::tests {
namespace {

using namespace std::chrono_literals;
using storage::testing::RawDatabase;

constexpr std::size_t meta_family = 1;
constexpr std::size_t log_family = 2;
constexpr std::size_t snapshot_family = 3;

/// Flips a bit in the value of the last key of `family` that `wanted` picks.
void flip(RawDatabase& database, std::size_t family,
          const std::function<bool(const std::string&)>& wanted) {
  auto keys = database.keys(family);
  std::erase_if(keys, [&](const std::string& key) { return !wanted(key); });
  ASSERT_FALSE(keys.empty());
  std::string value = database.get(family, keys.back());
  value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 0x10);
  database.put(family, {keys.back(), value});
}

/// Its own vote counts, nobody else's of this node does, and nothing is wrong.
template <class M>
bool is_whole(const Group<M>& group) {
  const GroupStatus status = group.status();
  if (!status.online || status.problem) return false;
  bool votes = false;
  for (const MemberInfo& member : status.members) {
    if (member.id.peer != status.self || !member.voter) continue;
    if (member.id.storage != status.storage) return false;
    votes = true;
  }
  return votes;
}

/// A machine that can be written and read back.
class Notebook {
 public:
  struct Note {
    std::string text;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(text);
    }
  };
  struct Look {
    template <class Archive>
    void serialize(Archive&) {}
  };
  using Command = Note;
  using Result = std::monostate;
  using Query = Look;
  using QueryResult = std::string;
  using StateSync = WholeState<Notebook>;

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/damage/notebook/1"); }
  [[nodiscard]] StateSync state_sync() const { return {}; }
  Result apply(const Note& note, const ApplyContext&) {
    text_ += note.text;
    return {};
  }
  [[nodiscard]] QueryResult query(const Look&) const { return text_; }
  [[nodiscard]] std::string save() const { return text_; }
  void load(const std::string& text) { text_ = text; }

 private:
  std::string text_;
};

class Damage : public ThreeMembers {
 protected:
  /// A follower; not "a", whom others dial.
  void choose_one() {
    if (victim_.empty()) victim_ = groups_.at("b").status().role == Role::leader ? "c" : "b";
  }
  void stop_one() {
    choose_one();
    group_ = groups_.at(victim_).status().group;
    former_ = groups_.at(victim_).status().storage;
    stop(victim_);
  }
  void stop(const std::string& name) {
    groups_.erase(name);
    world_.stop(name);
  }
  void start(const std::string& name) {
    world_.start(name, name == "a" ? std::vector<std::string>() : world_.at("a"));
    groups_.emplace(name, world_.join(name));
  }
  [[nodiscard]] std::filesystem::path store_of(const std::string& name) const {
    return world_.folder(name) / "store";
  }
  void damage_log(const std::string& name) {
    RawDatabase database(store_of(name));
    flip(database, log_family, [](const std::string&) { return true; });
  }
  void damage_record(const std::string& name, const std::string& key) {
    RawDatabase database(store_of(name));
    flip(database, meta_family, [&](const std::string& each) { return each == key; });
  }
  /// The group did without it, and it comes back by itself: as somebody else, with everything.
  void expect_whole_again(const std::string& words) {
    for (const auto& [name, group] : groups_) {
      if (name != victim_) write(name, "meanwhile");
    }
    const auto& back = groups_.at(victim_);
    EXPECT_TRUE(comes_true([&] { return is_whole(back); })) << world_.log();
    EXPECT_NE(back.status().storage, former_);
    EXPECT_NE(world_.log().find(words), std::string::npos) << world_.log();
    for (const auto& [name, group] : groups_) {
      // Others may still be in the middle of the change that gave it its vote.
      const auto three_vote = [&member = group] {
        const auto listed = member.status().members;
        return std::ranges::count_if(listed, &MemberInfo::voter) == 3;
      };
      EXPECT_TRUE(comes_true(three_vote)) << name << world_.log();
    }
    expect_unharmed();
  }

  std::string victim_;
  GroupId group_;
  StorageId former_;
};

TEST_F(Damage, AFlippedBitInTheLogIsHealedUnderANewStorageId) {
  stop_one();
  damage_log(victim_);
  start(victim_);
  expect_whole_again("starts over");
}

TEST_F(Damage, AFlippedBitInTheHardStateIsHealedUnderANewStorageId) {
  stop_one();
  damage_record(victim_, storage::rocks::positions_key(group_));
  start(victim_);
  expect_whole_again("the positions record of group " + group_.brief());
}

TEST_F(Damage, AFlippedBitInTheGroupsIdentityIsHealedUnderANewStorageId) {
  stop_one();
  damage_record(victim_, storage::rocks::identity_key(group_));
  start(victim_);
  expect_whole_again("the identity record of group " + group_.brief());
}

TEST_F(Damage, AFlippedBitInASnapshotIsHealedAndOtherGroupsOfTheStoreDoNotNotice) {
  const auto join = [&](const std::string& name) {
    return world_[name]
        .group(key_of("the notebook"))
        .settings(quick_settings())
        .state_machine(Notebook())
        .join();
  };
  std::map<std::string, Group<Notebook>> notebooks;
  for (const char* name : {"a", "b", "c"}) notebooks.emplace(name, join(name));
  for (const auto& [name, notebook] : notebooks) take(notebook.when().online(use_future));
  take(notebooks.at("a").execute(Notebook::Note{"one "}, use_future));
  choose_one();
  const StorageId former = notebooks.at(victim_).status().storage;
  notebooks.erase(victim_);
  stop_one();
  {
    world_.start(victim_, world_.at("a"));
    auto notebook = join(victim_);
    take(notebook.when().online(use_future));
    take(notebook.admin().snapshot(use_future));
  }
  world_.stop(victim_);
  {
    RawDatabase database(store_of(victim_));
    flip(database, snapshot_family, [](const std::string&) { return true; });
  }
  take(notebooks.begin()->second.execute(Notebook::Note{"two "}, use_future));
  start(victim_);
  notebooks.emplace(victim_, join(victim_));
  const auto& back = notebooks.at(victim_);
  EXPECT_TRUE(comes_true([&] { return is_whole(back); }));
  EXPECT_NE(back.status().storage, former);
  EXPECT_EQ(take(back.query(Notebook::Look{}, Consistency::strong, use_future)).result, "one two ");
  EXPECT_TRUE(comes_true([&] { return is_whole(groups_.at(victim_)); }));
  EXPECT_EQ(groups_.at(victim_).status().storage, former_);
  EXPECT_NE(world_.log().find("restoring the snapshot"), std::string::npos);
  expect_unharmed();
}

TEST_F(Damage, WhatWasHealedOutlastsARestart) {
  stop_one();
  damage_log(victim_);
  start(victim_);
  expect_whole_again("starts over");
  const StorageId storage = groups_.at(victim_).status().storage;
  stop(victim_);
  start(victim_);
  EXPECT_TRUE(comes_true([&] { return is_whole(groups_.at(victim_)); }));
  EXPECT_EQ(groups_.at(victim_).status().storage, storage);
  expect_unharmed();
}

TEST_F(Damage, WithoutALeaderNothingIsElectedAndNothingGivenUp) {
  for (const char* name : {"a", "b", "c"}) stop(name);
  for (const char* name : {"a", "b"}) damage_log(name);
  for (const char* name : {"a", "b", "c"}) start(name);
  for (const char* name : {"a", "b"}) {
    EXPECT_TRUE(names_problem(groups_.at(name), "acknowledges nothing"));
    EXPECT_TRUE(groups_.at(name).status().problem->is(Errc::damaged));
  }
  ASSERT_TRUE(comes_true([&] { return groups_.at("c").status().bonds.size() == 2; }));
  // Several election timeouts; whatever the others said to it, it may not lead.
  EXPECT_FALSE(comes_true([&] { return groups_.at("c").status().leader.has_value(); }, 3s));
  for (const char* name : {"a", "b"}) {
    EXPECT_EQ(groups_.at(name).status().role, Role::founding) << name;
    EXPECT_FALSE(groups_.at(name).status().online) << name;
  }
  // What the two held is still there, for whoever knows better.
  const GroupId group = groups_.at("c").status().group;
  for (const char* name : {"a", "b", "c"}) stop(name);
  for (const char* name : {"a", "b"}) {
    RawDatabase database(store_of(name));
    flip(database, log_family, [](const std::string&) { return true; });
    database.erase(meta_family, "node/damage/" + group.hex());
  }
  for (const char* name : {"a", "b", "c"}) start(name);
  for (const auto& [name, member] : groups_) wait_online(member);
  expect_unharmed();
}

TEST_F(Damage, AGroupOfOneKeepsWhatItHasAndSaysWhatIsWrong) {
  world_.start("d");
  const GroupId group = [&] {
    const auto alone = world_.join("d", "alone", Genesis::expect(1));
    wait_online(alone);
    take(alone.execute(Journal::Line{"kept", 5}, use_future));
    return alone.status().group;
  }();
  world_.stop("d");
  damage_log("d");
  world_.start("d");
  {
    const auto alone = world_.join("d", "alone", Genesis::expect(1));
    EXPECT_TRUE(names_problem(alone, "group " + group.brief()));
    EXPECT_TRUE(names_problem(alone, "acknowledges nothing"));
    EXPECT_EQ(alone.status().role, Role::founding) << "it founds no second group";
  }
  world_.stop("d");
  {
    RawDatabase database(store_of("d"));
    flip(database, log_family, [](const std::string&) { return true; });
    database.erase(meta_family, "node/damage/" + group.hex());
  }
  world_.start("d");
  const auto alone = world_.join("d", "alone", Genesis::expect(1));
  wait_online(alone);
  EXPECT_EQ(summary(alone, Consistency::strong).sum, 5);
}

TEST_F(Damage, AStoreThatDoesNotOpenIsSetAsideAndReplaced) {
  stop_one();
  std::ofstream(store_of(victim_) / "CURRENT") << "garbage";
  start(victim_);
  ASSERT_TRUE(world_[victim_].status().store_repaired);
  EXPECT_TRUE(world_[victim_].status().store_repaired->is(Errc::damaged));
  expect_whole_again("it has been set aside as");
  EXPECT_TRUE(exists(world_.folder(victim_) / "store.damaged-1" / "CURRENT"));
  EXPECT_TRUE(exists(world_.folder(victim_) / "store.repaired"));
}

TEST_F(Damage, AStoreThatStandsInForADamagedOneFoundsNothing) {
  world_.start("d");
  world_.stop("d");
  std::ofstream(store_of("d") / "CURRENT") << "garbage";
  world_.start("d");
  {
    const auto alone = world_.join("d", "alone", Genesis::expect(1));
    EXPECT_TRUE(names_problem(alone, "Delete this file"));
    EXPECT_EQ(alone.status().role, Role::founding);
  }
  // The same after a restart, until somebody takes the responsibility.
  world_.start("d");
  {
    const auto alone = world_.join("d", "alone", Genesis::expect(1));
    EXPECT_TRUE(names_problem(alone, "Delete this file"));
  }
  world_.stop("d");
  std::filesystem::remove(world_.folder("d") / "store.repaired");
  world_.start("d");
  EXPECT_FALSE(world_["d"].status().store_repaired);
  wait_online(world_.join("d", "alone", Genesis::expect(1)));
}

TEST_F(Damage, OfManyDamagedStoresTheLatestAreKept) {
  for (int time = 0; time < 5; ++time) {
    world_.start("d");
    world_.stop("d");
    std::ofstream(store_of("d") / "CURRENT") << "garbage";
  }
  world_.start("d");
  std::vector<std::string> kept;
  for (const auto& each : std::filesystem::directory_iterator(world_.folder("d"))) {
    const std::string name = each.path().filename().string();
    if (name.starts_with("store.damaged-")) kept.push_back(name);
  }
  std::sort(kept.begin(), kept.end());
  EXPECT_EQ(kept,
            (std::vector<std::string>{"store.damaged-3", "store.damaged-4", "store.damaged-5"}));
}

}  // namespace
}  // namespace tessera::tests
