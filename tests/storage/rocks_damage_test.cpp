#include "raw_database.h"
#include "store_files.h"
#include "store_words.h"
#include "temporary_folder.h"
#include "whole_snapshot.h"
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tessera::storage {
namespace {

using namespace testing;

constexpr std::size_t meta = 1;
constexpr std::size_t log_family = 2;
constexpr std::size_t snapshots = 3;

/// A store with one group of four packs and a snapshot in force, to be damaged and opened again.
class RocksDamage : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().message();
    ASSERT_TRUE(put((*store)->snapshots(), group, SnapshotId(1),
                    {at(1, 2), Bytes::copy("anchor"), Bytes(std::string(3 << 20, 's'))}));
    for (std::uint64_t first = 1; first <= 31; first += 10) {
      GroupWrite one = write_of(group, commands({1, first, first + 9}));
      one.genesis = genesis_named("genesis");
      ASSERT_TRUE((*store)->log().write(std::vector{one}));
    }
    GroupWrite with_snapshot;
    with_snapshot.group = group;
    with_snapshot.snapshot = SnapshotRef{SnapshotId(1), at(1, 2)};
    ASSERT_TRUE((*store)->log().write(std::vector{with_snapshot}));
  }

  Result<std::unique_ptr<Store>> open() {
    RocksOptions options;
    options.path = folder_ / "store";
    return open_rocks_store(options, peer_named("owner"));
  }

  void damage(const std::function<void(RawDatabase&)>& how) {
    RawDatabase database(folder_ / "store");
    how(database);
  }
  /// Flips the bit in the middle of the value.
  static void flip(RawDatabase& database, std::size_t family, const std::string& key) {
    std::string value = database.get(family, key);
    value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 0x10);
    database.put(family, {key, value});
  }

  template <class T>
  void expect_damaged(const Result<T>& result, const std::vector<std::string>& words) {
    ASSERT_FALSE(result.has_value());
    EXPECT_TRUE(result.error().is(Errc::damaged)) << result.error().message();
    for (const std::string& word : words) {
      EXPECT_NE(result.error().message().find(word), std::string::npos)
          << "'" << word << "' is not in: " << result.error().message();
    }
  }

  TemporaryFolder folder_;
  const GroupId group = group_named("group");
};

TEST_F(RocksDamage, AMangledStoreRecordStopsTheStore) {
  for (const std::string key : {"store", "run"}) {
    damage([&](RawDatabase& database) { flip(database, meta, key); });
    expect_damaged(open(), {(folder_ / "store").string()});
    damage([&](RawDatabase& database) { flip(database, meta, key); });
    EXPECT_TRUE(open().has_value());
  }
}

TEST_F(RocksDamage, AMissingOwnerIsDamageAndNotANewStore) {
  damage([](RawDatabase& database) { database.erase(meta, "store"); });
  expect_damaged(open(), {"owner", "missing"});
}

TEST_F(RocksDamage, AMangledOrMissingGroupRecordStopsTheGroupAndNoOther) {
  for (const std::string& key : {rocks::identity_key(group), rocks::positions_key(group)}) {
    std::string kept;
    damage([&](RawDatabase& database) {
      kept = database.get(meta, key);
      flip(database, meta, key);
    });
    {
      const auto store = open();
      ASSERT_TRUE(store.has_value());
      expect_damaged((*store)->log().open(group), {group.brief()});
      expect_damaged((*store)->log().read(group, everything()), {group.brief()});
      expect_damaged((*store)->log().write(std::vector{write_of(group, commands({1, 41, 41}))}),
                     {group.brief()});
      ASSERT_TRUE(
          (*store)->log().write(std::vector{write_of(group_named("other"), commands({1, 1, 1}))}));
    }
    damage([&](RawDatabase& database) { database.erase(meta, key); });
    {
      const auto store = open();
      expect_damaged((*store)->log().open(group), {group.brief(), "missing"});
    }
    damage([&](RawDatabase& database) { database.put(meta, {key, kept}); });
  }
}

TEST_F(RocksDamage, ARecordOfAnotherGroupIsDamage) {
  damage([&](RawDatabase& database) {
    const GroupId other = group_named("other");
    database.put(meta,
                 {rocks::identity_key(other), database.get(meta, rocks::identity_key(group))});
    database.put(meta,
                 {rocks::positions_key(other), database.get(meta, rocks::positions_key(group))});
  });
  const auto store = open();
  // By the records themselves: a group that holds no entries yet has nothing else to tell it.
  expect_damaged((*store)->log().open(group_named("other")),
                 {group_named("other").brief(), "belong to another group"});
}

TEST_F(RocksDamage, AMangledPackIsNeverReadAsEntriesNorSkipped) {
  damage([&](RawDatabase& database) {
    flip(database, log_family, rocks::pack_key(group, Index(21)));
  });
  const auto store = open();
  LogStore& log = (*store)->log();
  ASSERT_TRUE(log.open(group).has_value());  // its first and last packs are sound
  EXPECT_EQ(log.read(group, {Index(1), Index(20), 1 << 20})->size(), 20u);
  EXPECT_EQ(log.read(group, {Index(31), Index(40), 1 << 20})->size(), 10u);
  expect_damaged(log.read(group, everything()), {group.brief(), "index 21"});
  expect_damaged(log.read(group, {Index(25), Index(30), 1 << 20}), {group.brief(), "index 21"});
}

TEST_F(RocksDamage, AMissingPackIsNeverAShorterLog) {
  damage([&](RawDatabase& database) {
    database.erase(log_family, rocks::pack_key(group, Index(21)));
  });
  const auto store = open();
  LogStore& log = (*store)->log();
  expect_damaged(log.read(group, everything()), {group.brief(), "index 21", "missing"});
  expect_damaged(log.read(group, {Index(25), Index(40), 1 << 20}),
                 {group.brief(), "index 25", "missing"});
}

TEST_F(RocksDamage, ADamagedFirstOrLastPackIsFoundWhenTheGroupIsOpened) {
  for (const std::uint64_t first : {1, 31}) {
    const std::string key = rocks::pack_key(group, Index(first));
    std::string kept;
    damage([&](RawDatabase& database) {
      kept = database.get(log_family, key);
      flip(database, log_family, key);
    });
    expect_damaged((*open())->log().open(group), {group.brief(), std::to_string(first)});
    damage([&](RawDatabase& database) { database.erase(log_family, key); });
    expect_damaged((*open())->log().open(group), {group.brief(), "missing"});
    damage([&](RawDatabase& database) { database.put(log_family, {key, kept}); });
  }
  EXPECT_TRUE((*open())->log().open(group).has_value());
}

TEST_F(RocksDamage, APackAtTheWrongPlaceIsDamage) {
  damage([&](RawDatabase& database) {
    database.put(log_family, {rocks::pack_key(group, Index(21)),
                              database.get(log_family, rocks::pack_key(group, Index(11)))});
  });
  const auto store = open();
  expect_damaged((*store)->log().read(group, everything()), {group.brief(), "index 21"});
}

TEST_F(RocksDamage, AnOverwriteThatCannotCutItsPackStopsTheGroupAndNoOther) {
  damage([&](RawDatabase& database) {
    flip(database, log_family, rocks::pack_key(group, Index(11)));
  });
  const auto store = open();
  LogStore& log = (*store)->log();
  expect_damaged(log.write(std::vector{write_of(group, commands({2, 15, 15}))}), {"index 11"});
  expect_damaged(log.write(std::vector{write_of(group, commands({2, 16, 16}))}), {"index 11"});
  expect_damaged(log.open(group), {"index 11"});
  EXPECT_TRUE(log.write(std::vector{write_of(group_named("other"), commands({1, 1, 1}))}));
  ASSERT_TRUE(log.erase(group));
  EXPECT_TRUE(log.write(std::vector{write_of(group, commands({1, 1, 1}))}));
}

TEST_F(RocksDamage, WhateverIsMangledOfASnapshotIsFound) {
  std::vector<std::string> keys;
  damage([&](RawDatabase& database) { keys = database.keys(snapshots); });
  ASSERT_EQ(keys.size(), 5U) << "a manifest, a segment's record, three parts";
  for (const std::string& key : keys) {
    std::string kept;
    damage([&](RawDatabase& database) {
      kept = database.get(snapshots, key);
      flip(database, snapshots, key);
    });
    expect_damaged(load((*open())->snapshots(), group, SnapshotId(1)),
                   {group.brief(), "snapshot 1"});
    if (key != rocks::manifest_key(group, SnapshotId(1))) {
      damage([&](RawDatabase& database) { database.erase(snapshots, key); });
      expect_damaged(load((*open())->snapshots(), group, SnapshotId(1)), {group.brief()});
    }
    damage([&](RawDatabase& database) { database.put(snapshots, {key, kept}); });
  }
  EXPECT_TRUE(load((*open())->snapshots(), group, SnapshotId(1)).has_value());
}

TEST_F(RocksDamage, AManifestThatIsGoneIsFoundWhenTheGroupIsOpened) {
  damage([&](RawDatabase& database) {
    database.erase(snapshots, rocks::manifest_key(group, SnapshotId(1)));
  });
  expect_damaged((*open())->log().open(group), {group.brief(), "snapshot 1", "missing"});
}

TEST_F(RocksDamage, AFlippedBitInTheWriteAheadLogIsNotASilentlyShorterLog) {
  {
    const auto store = open();
    for (std::uint64_t index = 41; index <= 60; ++index) {
      ASSERT_TRUE(
          (*store)->log().write(std::vector{write_of(group, commands({1, index, index, 1000}))}));
    }
  }
  const auto wal = newest_file(folder_ / "store", ".log");
  ASSERT_FALSE(wal.empty());
  flip_in_file(wal, static_cast<std::streamoff>(std::filesystem::file_size(wal) / 2));
  expect_damaged(open(), {(folder_ / "store").string()});
}

}  // namespace
}  // namespace tessera::storage
