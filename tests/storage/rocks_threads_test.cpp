#include "store_words.h"
#include "temporary_folder.h"
#include "whole_snapshot.h"
#include <tessera/primitives/random.h>
#include <tessera/storage/rocks/internal/open.h>
#include <tessera/storage/writer.h>

#include <algorithm>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace tessera::storage {
namespace {

using namespace testing;

std::unique_ptr<Store> open_in(const TemporaryFolder& folder) {
  rocks::Surroundings surroundings;
  surroundings.sweep_bytes_min = 1;
  RocksOptions options;
  options.path = folder / "store";
  auto store = rocks::open_store(options, peer_named("owner"), surroundings);
  EXPECT_TRUE(store.has_value()) << store.error().message();
  return *std::move(store);
}

TEST(RocksThreads, ConcurrentWritesToDifferentGroupsAllArrive) {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  std::vector<std::thread> threads;
  for (const char* name : {"a", "b", "c"}) {
    threads.emplace_back([&store, name] {
      for (std::uint64_t index = 1; index <= 40; ++index) {
        EXPECT_TRUE(store->log().write(
            std::vector{write_of(group_named(name), commands({1, index, index}))}));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (const char* name : {"a", "b", "c"}) {
    EXPECT_EQ(all_entries(store->log(), group_named(name)), commands({1, 1, 40}));
  }
}

TEST(RocksThreads, AReaderBesideOverwritesAndPrunesSeesOneLogOrTheOther) {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  const GroupId group = group_named("group");
  std::jthread reader([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto record = store->log().open(group);
      ASSERT_TRUE(record.has_value()) << record.error().message();
      const auto entries =
          store->log().read(group, {record->base.index + 1, Index(UINT64_MAX), 1 << 20});
      ASSERT_TRUE(entries.has_value()) << entries.error().message();
      Cursor before;
      for (const RawEntry& entry : *entries) {
        ASSERT_EQ(entry.data.text(), entry.position.to_string());
        ASSERT_TRUE(before.index == Index() || entry.position.index == before.index + 1);
        ASSERT_GE(entry.position.term, before.term);
        before = entry.position;
      }
    }
  });
  Random random(5);
  Cursor last;
  Index base;
  for (std::uint64_t term = 1; term <= 150; ++term) {
    const Index first = last.index + 1 - random.below(last.index - base + 1);
    last = at(term, first.value() + random.below(20));
    GroupWrite write = write_of(group, commands({term, first.value(), last.index.value()}));
    if (random.chance({1, 5})) {
      write.prune = last;
      base = last.index;
    }
    ASSERT_TRUE(store->log().write(std::vector{write}));
  }
}

TEST(RocksThreads, AReadBetweenABatchAndItsRecordsIsNotTakenForDamage) {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  // Records follow a batch in the order of the group ids: the last one trails it the longest.
  std::vector<GroupId> groups;
  for (int i = 0; i < 400; ++i) {
    groups.push_back(group_named(std::to_string(i)));
  }
  std::ranges::sort(groups);
  const GroupId last = groups.back();
  std::jthread reader([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto entries = store->log().read(last, everything());
      ASSERT_TRUE(entries.has_value()) << entries.error().message();
      for (const RawEntry& entry : *entries) {
        ASSERT_EQ(entry.data.text(), entry.position.to_string());
      }
    }
  });
  for (std::uint64_t term = 1; term <= 60; ++term) {
    std::vector<GroupWrite> writes;
    for (const GroupId group : groups) {
      writes.push_back(write_of(group, {}));
    }
    writes.back().entries = commands({term, 1, 3 + term % 7});
    ASSERT_TRUE(store->log().write(writes));
  }
}

TEST(RocksThreads, SnapshotsAreStoredBesideALogThatIsWritten) {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  const GroupId group = group_named("group");
  {
    Writer writer(store->log());
    std::thread snapshots([&] {
      for (std::uint64_t id = 1; id <= 3; ++id) {
        const Snapshot snapshot{at(1, id), {}, Bytes(std::string(2 << 20, 's'))};
        EXPECT_TRUE(put(store->snapshots(), group, SnapshotId(id), snapshot));
        EXPECT_TRUE(drop_unused(store->snapshots(), group, SnapshotId(id)));
        EXPECT_TRUE(load(store->snapshots(), group, SnapshotId(id)).has_value());
      }
    });
    for (std::uint64_t index = 1; index <= 200; ++index) {
      writer.submit(write_of(group, commands({1, index, index, 100})),
                    [](auto written) { EXPECT_TRUE(written.has_value()); });
    }
    snapshots.join();
  }
  EXPECT_EQ(all_entries(store->log(), group), commands({1, 1, 200, 100}));
  EXPECT_TRUE(load(store->snapshots(), group, SnapshotId(1)).error().is(Errc::not_found));
}

}  // namespace
}  // namespace tessera::storage
