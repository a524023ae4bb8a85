#include <tessera/groups/shell/internal/open_record.h>
#include <tessera/storage/memory/memory_store.h>

#include <gtest/gtest.h>

#include <array>

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

}  // namespace
}  // namespace tessera::shell
