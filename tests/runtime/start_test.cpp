#include "../storage/counted_store.h"
#include "world.h"
#include <tessera/storage/rocks/rocks_store.h>

/// What a start reads: the snapshot and the log behind it, each once.
namespace tessera::tests {
namespace {

using Shelf = MapMachine<std::string, std::string>;

class Start : public ::testing::Test {
 protected:
  Start() { open(); }

  void open() {
    NetworkConfig config = world_.config("a");
    config.store = [counts = counts_, path = world_.folder("a") / "store"](
                       PeerId owner) -> Result<std::unique_ptr<storage::Store>> {
      storage::RocksOptions options;
      options.path = path;
      auto store = storage::open_rocks_store(options, owner);
      if (!store) return std::move(store).error();
      return std::make_unique<storage::testing::CountedStore>(*std::move(store), counts);
    };
    Network& network = world_.start("a", config);
    group_.emplace(network.group(key_of("the group"))
                       .genesis(Genesis::expect(1))
                       .settings(quick_settings())
                       .state_machine(Shelf("shelf"))
                       .join());
    take(group_->when().online(use_future));
  }
  void restart() {
    take(group_->close(use_future));
    group_.reset();
    world_.stop("a");
    counts_->forget();
    open();
  }
  Cursor write(std::size_t count, std::size_t bytes) {
    Cursor last;
    for (std::size_t i = 0; i < count; ++i) {
      Shelf::Command put;
      put.entries.emplace_back("key " + std::to_string(i % 4), std::string(bytes, 'v'));
      last = take(group_->execute(put, use_future)).position;
    }
    return last;
  }
  /// Every entry behind `from` was read once.
  void expect_read_once_behind(Index from) const {
    const Index committed = from + group_->status().start.entries_total;
    const auto read = counts_->entries();
    for (Index index = from + 1; index <= committed; index = index + 1) {
      ASSERT_TRUE(read.contains(index)) << index;
      EXPECT_EQ(read.at(index), 1) << index;
    }
  }

  World world_;
  std::shared_ptr<storage::testing::ReadCounts> counts_ =
      std::make_shared<storage::testing::ReadCounts>();
  std::optional<Group<Shelf>> group_;
};

TEST_F(Start, ReadsTheSnapshotAndTheLogBehindItOnce) {
  write(200, 1000);
  const Cursor snapshot = take(group_->admin().snapshot(use_future));
  write(50, 1000);
  restart();
  const StartProgress start = group_->status().start;
  EXPECT_FALSE(group_->status().opening);
  EXPECT_GE(start.parts_total, 1u);
  EXPECT_EQ(start.parts_done, start.parts_total);
  EXPECT_GT(start.state_bytes, 4000u);
  EXPECT_EQ(start.entries_done, start.entries_total);
  EXPECT_LE(start.entries_total, 50u);
  EXPECT_GE(start.log_bytes, start.entries_total * 1000);
  EXPECT_EQ(counts_->parts().size(), start.parts_total);
  for (const auto& [part, times] : counts_->parts()) EXPECT_EQ(times, 1) << part;
  expect_read_once_behind(snapshot.index);
  // Before the snapshot: the founding, which says who the members are.
  for (const auto& [index, times] : counts_->entries()) {
    EXPECT_TRUE(index > snapshot.index || index == Index(1)) << index;
  }
  EXPECT_LE(counts_->bytes(), 60'000u);
}

TEST_F(Start, ALogThatMemoryDoesNotHoldIsReadOnceToo) {
  constexpr std::size_t entry_bytes = std::size_t{1} << 20U;
  write(80, entry_bytes);  // 64 MiB are kept in memory
  restart();
  EXPECT_EQ(group_->status().start.entries_done, group_->status().start.entries_total);
  std::uint64_t twice = 0;
  for (const auto& [index, times] : counts_->entries()) {
    if (times > 1 && index != Index(1)) ++twice;
  }
  // What is looked at to find where memory begins.
  EXPECT_LE(twice, 2u);
  EXPECT_LE(counts_->bytes(), 84 * (entry_bytes + 100));
}

}  // namespace
}  // namespace tessera::tests
