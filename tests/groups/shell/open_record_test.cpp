#include "../../storage/counted_store.h"
#include <tessera/groups/shell/internal/open_record.h>
#include <tessera/storage/memory/memory_store.h>

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace tessera::shell {
namespace {

constexpr std::size_t recent_max = 1 << 20;

const GroupId one{UniqueId::from("one group")};
const GroupId other{UniqueId::from("another group")};

StorageId storage_of(storage::Store& store, const GroupId& group) {
  const auto opened = open_record(store, group, recent_max);
  EXPECT_TRUE(opened.has_value());
  return opened->record.storage;
}

TEST(OpenRecord, EachGroupOfAStoreHasAStorageIdOfItsOwn) {
  const auto store = storage::make_memory_store();
  EXPECT_FALSE(storage_of(*store, one).is_none());
  EXPECT_NE(storage_of(*store, one), storage_of(*store, other));
}

TEST(OpenRecord, AnEmptyStoreIsAnotherOneThanThatBeforeIt) {
  const auto lost = storage::make_memory_store();
  const auto fresh = storage::make_memory_store();
  EXPECT_NE(storage_of(*lost, one), storage_of(*fresh, one));
}

TEST(OpenRecord, AStoreKeepsItsStorageId) {
  const auto store = storage::make_memory_store();
  const StorageId drawn = storage_of(*store, one);
  storage::GroupWrite write;
  write.group = one;
  write.storage = drawn;
  const std::array writes{write};
  ASSERT_TRUE(store->log().write(writes).has_value());
  EXPECT_EQ(storage_of(*store, one), drawn);
}

/// A log of entries of 1,000 bytes each, as they count, and what a start reads of it.
class RecentLog : public ::testing::Test {
 protected:
  static constexpr std::size_t entry_bytes = 1000;

  void hold(std::uint64_t entries) {
    storage::GroupWrite write;
    write.group = one;
    write.storage = StorageId(UniqueId::from("the store"));
    for (std::uint64_t index = 1; index <= entries; ++index) {
      RawEntry entry;
      entry.position = Cursor{Term(1), Index(index)};
      entry.kind = EntryKind::command;
      entry.data = Bytes(std::string(entry_bytes - RawEntry::overhead, 'd'));
      write.entries.push_back(std::move(entry));
    }
    ASSERT_TRUE(store.log().write(std::array{write}).has_value());
  }
  void put_snapshot_in_force(const Cursor& position) {
    const storage::SnapshotId id(1);
    ASSERT_TRUE(store.snapshots().stage(one, id, {position, {}, 0, {}}).has_value());
    ASSERT_TRUE(store.snapshots().complete(one, id, {position, {}, 0, {}}).has_value());
    storage::GroupWrite write;
    write.group = one;
    write.snapshot = storage::SnapshotRef{id, position};
    ASSERT_TRUE(store.log().write(std::array{write}).has_value());
  }
  std::vector<RawEntry> open(std::size_t bytes_max) {
    auto opened = open_record(store, one, bytes_max);
    EXPECT_TRUE(opened.has_value());
    return opened->recent;
  }
  /// The indices that were read, each once.
  void expect_read(Index from, Index upto) const {
    const auto read = counts->entries();
    ASSERT_FALSE(read.empty());
    EXPECT_GE(read.begin()->first, from);
    EXPECT_EQ(read.rbegin()->first, upto);
    for (const auto& [index, times] : read) EXPECT_EQ(times, 1) << index;
  }

  std::shared_ptr<storage::testing::ReadCounts> counts =
      std::make_shared<storage::testing::ReadCounts>();
  storage::testing::CountedStore store{storage::make_memory_store(), counts};
};

TEST_F(RecentLog, OnlyTheEndThatIsKeptIsRead) {
  hold(10'000);
  const auto recent = open(100 * entry_bytes);
  ASSERT_EQ(recent.size(), 100u);
  EXPECT_EQ(recent.front().position.index, Index(9'901));
  EXPECT_EQ(recent.back().position.index, Index(10'000));
  expect_read(Index(9'890), Index(10'000));
  EXPECT_LE(counts->bytes(), 110 * entry_bytes);
}

TEST_F(RecentLog, AllOfAShortOneIsReadOnce) {
  hold(500);
  EXPECT_EQ(open(std::size_t{1} << 20U).size(), 500u);
  expect_read(Index(1), Index(500));
  EXPECT_EQ(counts->bytes(), 500 * entry_bytes);
}

TEST_F(RecentLog, WhatTheSnapshotHoldsIsNotRead) {
  hold(500);
  put_snapshot_in_force({Term(1), Index(450)});
  EXPECT_EQ(open(std::size_t{1} << 20U).size(), 50u);
  expect_read(Index(451), Index(500));
}

TEST_F(RecentLog, TheLastEntryIsReadThoughTheSnapshotHoldsIt) {
  hold(500);
  put_snapshot_in_force({Term(1), Index(500)});
  EXPECT_EQ(open(std::size_t{1} << 20U).size(), 1u);
  expect_read(Index(500), Index(500));
}

TEST_F(RecentLog, AnEntryLargerThanAllThatIsKeptIsReadAlone) {
  hold(500);
  EXPECT_EQ(open(entry_bytes / 2).size(), 1u);
  EXPECT_LE(counts->entries().size(), 16u);
}

}  // namespace
}  // namespace tessera::shell
