#include "stores_under_test.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// Tables of machines, in memory and on disk.
namespace tessera::storage {
namespace {

using namespace testing;
using Items = std::vector<std::pair<std::string, std::string>>;

class TableRules : public EveryStore {
 protected:
  std::unique_ptr<MachineTable> table() { return store->tables()->make(); }
  static void put(MachineTable& table, const std::string& key, const std::string& value) {
    const auto done = table.put(as_bytes(key), as_bytes(value));
    ASSERT_TRUE(done.has_value()) << done.error().message();
  }
  static void append(MachineTable& table, const std::string& key, const std::string& value) {
    const auto done = table.append(as_bytes(key), as_bytes(value));
    ASSERT_TRUE(done.has_value()) << done.error().message();
  }
  static std::string get(const MachineTable& table, const std::string& key) {
    const auto found = table.get(as_bytes(key));
    EXPECT_TRUE(found.has_value()) << found.error().message();
    return found && *found ? std::string((*found)->text()) : "nothing";
  }
  static std::unique_ptr<TableView> view(const MachineTable& table, const std::string& from = {}) {
    auto view = table.view(as_bytes(from));
    EXPECT_TRUE(view.has_value());
    return view ? *std::move(view) : nullptr;
  }
  static Items read(TableView& view) {
    Items items;
    for (;;) {
      auto item = view.next();
      EXPECT_TRUE(item.has_value()) << item.error().message();
      if (!item || !*item) return items;
      items.emplace_back((*item)->key, (*item)->value.text());
    }
  }
  static Items all(const MachineTable& table) { return read(*view(table)); }
  static std::string numbered(std::size_t number) {
    std::string text = std::to_string(number);
    return std::string(6 - text.size(), '0') + text;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, TableRules, ::testing::Values(Kind::memory, Kind::rocks),
                         name_of_kind);

TEST_P(TableRules, HoldsWhatWasPutLastInTheOrderOfItsKeys) {
  const auto one = table();
  put(*one, "b", "2");
  put(*one, "a", "1");
  put(*one, std::string("a\0", 2), "1.5");
  put(*one, "b", "3");
  put(*one, "c", "");
  ASSERT_TRUE(one->erase(as_bytes("a")));
  ASSERT_TRUE(one->erase(as_bytes("never there")));
  EXPECT_EQ(get(*one, "a"), "nothing");
  EXPECT_EQ(get(*one, "c"), "");
  EXPECT_EQ(all(*one), (Items{{std::string("a\0", 2), "1.5"}, {"b", "3"}, {"c", ""}}));
  EXPECT_EQ(read(*view(*one, "b")), (Items{{"b", "3"}, {"c", ""}}));
}

TEST_P(TableRules, OneTableKnowsNothingOfAnother) {
  const auto one = table();
  auto other = table();
  put(*one, "key", "one");
  put(*other, "key", "other");
  EXPECT_EQ(get(*one, "key"), "one");
  ASSERT_TRUE(other->clear());
  EXPECT_EQ(all(*one), (Items{{"key", "one"}}));
  put(*other, "key", "other");
  other.reset();
  EXPECT_EQ(all(*one), (Items{{"key", "one"}}));
  EXPECT_TRUE(all(*table()).empty());
}

TEST_P(TableRules, AViewShowsItsMomentWhateverHappens) {
  auto one = table();
  Items before;
  for (std::size_t i = 0; i < 1000; ++i) {
    put(*one, numbered(i), "before");
    before.emplace_back(numbered(i), "before");
  }
  const auto moment = view(*one);
  const auto unread = view(*one);
  EXPECT_EQ((*moment->next())->key, numbered(0));
  for (std::size_t i = 0; i < 1000; i += 2) put(*one, numbered(i), "after");
  ASSERT_TRUE(one->erase(as_bytes(numbered(999))));
  put(*one, numbered(5000), "after");
  Items rest = read(*moment);
  rest.insert(rest.begin(), before.front());
  EXPECT_EQ(rest, before);
  EXPECT_EQ(all(*one).size(), 1000U);
  ASSERT_TRUE(one->clear());
  EXPECT_TRUE(all(*one).empty());
  one.reset();
  EXPECT_EQ(read(*unread), before) << "a view outlives its table";
}

TEST_P(TableRules, WhatIsAppendedIsThereLikeWhatIsPut) {
  const auto one = table();
  Items wanted;
  const std::string value(1000, 'v');
  for (std::size_t i = 0; i < 3000; ++i) {
    append(*one, numbered(i), value);
    wanted.emplace_back(numbered(i), value);
    if (i == 1000) {
      EXPECT_EQ(get(*one, numbered(7)), value) << "in the middle of it";
    }
  }
  EXPECT_EQ(all(*one), wanted);
  put(*one, numbered(5), "new");
  EXPECT_EQ(get(*one, numbered(5)), "new");
  ASSERT_TRUE(one->clear());
  EXPECT_EQ(get(*one, numbered(6)), "nothing");
}

TEST(RocksTables, AreNotThereAfterAStartAndFailOnceTheStoreIsClosed) {
  StoreUnderTest store(Kind::rocks);
  const auto table = store->tables()->make();
  ASSERT_TRUE(table->put(as_bytes("key"), as_bytes("value")));
  const auto view = *table->view({});
  const auto appended = store->tables()->make();
  ASSERT_TRUE(appended->append(as_bytes("key"), as_bytes("value")));
  store.reopen();
  EXPECT_TRUE(table->get(as_bytes("key")).error().is(Errc::group_closed));
  EXPECT_TRUE(table->put(as_bytes("key"), {}).error().is(Errc::group_closed));
  EXPECT_TRUE(table->view({}).error().is(Errc::group_closed));
  EXPECT_TRUE(view->next().error().is(Errc::group_closed));
  EXPECT_TRUE(appended->append(as_bytes("l"), {}).error().is(Errc::group_closed));
  const auto fresh = store->tables()->make();
  EXPECT_FALSE(*fresh->get(as_bytes("key")));
  EXPECT_FALSE(*(*fresh->view({}))->next());
}

/// Where RocksDB's own snapshots are let go it writes every file anew that came meanwhile.
TEST(RocksTables, AViewThatEndsHasNoFilesWrittenAnew) {
  StoreUnderTest store(Kind::rocks);
  const auto files = [path = store.path()] {
    std::set<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(path)) {
      if (file.path().extension() == ".sst") names.insert(file.path().filename().string());
    }
    return names;
  };
  const auto viewed = store->tables()->make();
  ASSERT_TRUE(viewed->append(as_bytes("key"), as_bytes("value")));
  auto view = *viewed->view({});
  const auto filled = store->tables()->make();
  ASSERT_TRUE(filled->append(as_bytes("key"), as_bytes("value")));
  ASSERT_TRUE(*filled->get(as_bytes("key")));
  ASSERT_TRUE(filled->put(as_bytes("later"), as_bytes("value")));  // the files are not the newest
  const auto before = files();
  EXPECT_EQ(before.size(), 2U);
  view.reset();
  // RocksDB would begin at once, on a thread of its own.
  for (int look = 0; look < 20; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    ASSERT_EQ(files(), before);
  }
}

}  // namespace
}  // namespace tessera::storage
