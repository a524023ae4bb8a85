#include "store_words.h"
#include "temporary_folder.h"
#include <tessera/primitives/random.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

/// Parts of large snapshots on disk: in any order, before they are all there, and after a crash.
namespace tessera::storage {
namespace {

using namespace testing;

constexpr std::size_t part_bytes = std::size_t{64} << 10U;
/// What a crash may take, in parts: docs/decisions/0203.
constexpr std::uint32_t segment_parts = 64;

class RocksParts : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Store> open() const {
    RocksOptions options;
    options.path = folder / "store";
    auto opened = open_rocks_store(options, peer_named("owner"));
    EXPECT_TRUE(opened.has_value()) << opened.error().message();
    return opened ? *std::move(opened) : nullptr;
  }
  static Bytes data_of(std::uint32_t number) {
    Random random(number);
    std::vector<std::uint8_t> data(part_bytes);
    for (auto& byte : data) byte = static_cast<std::uint8_t>(random.next());
    return Bytes(std::move(data));
  }
  /// The numbers up to `count`, each up to some places from where it belongs.
  static std::vector<std::uint32_t> nearly_in_order(std::uint32_t count) {
    std::vector<std::uint32_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 1U);
    Random random(7);
    for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
      std::swap(numbers[i],
                numbers[i + random.below(std::min<std::size_t>(100, numbers.size() - i))]);
    }
    return numbers;
  }
  void stage(Store& store, std::uint32_t parts) const {
    const auto staged = store.snapshots().stage(group, id, {at(1, 9), {}, parts, {}});
    ASSERT_TRUE(staged.has_value()) << staged.error().message();
  }
  void put(Store& store, const std::vector<std::uint32_t>& numbers) const {
    for (const std::uint32_t number : numbers) {
      const auto stored = store.snapshots().put_part(group, {id, number}, data_of(number).view());
      ASSERT_TRUE(stored.has_value()) << stored.error().message();
    }
  }
  [[nodiscard]] std::uint32_t held(Store& store, std::uint32_t count) const {
    std::uint32_t held = 0;
    for (std::uint32_t number = 1; number <= count; ++number) {
      const auto part = store.snapshots().part(group, {id, number});
      if (part) {
        EXPECT_EQ(*part, data_of(number));
        ++held;
      } else {
        EXPECT_TRUE(part.error().is(Errc::not_found)) << part.error().message();
      }
    }
    return held;
  }
  [[nodiscard]] std::uint64_t bytes_on_disk() const {
    std::uint64_t bytes = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder / "store")) {
      if (file.path().extension() == ".sst") bytes += file.file_size();
    }
    return bytes;
  }

  TemporaryFolder folder;
  const GroupId group = group_named("group");
  const SnapshotId id{3};
};

TEST_F(RocksParts, PartsInAnyOrderAreReadBackAtOnceAndAfterARestart) {
  constexpr std::uint32_t count = 300;
  {
    const auto store = open();
    stage(*store, count);
    put(*store, nearly_in_order(count));
    EXPECT_EQ(held(*store, count), count);
  }
  const auto store = open();
  EXPECT_EQ(held(*store, count), count) << "a store that is closed keeps everything";
  const auto found = store->snapshots().find(group, id);
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->complete);
}

TEST_F(RocksParts, BackwardsIsAnOrderToo) {
  constexpr std::uint32_t count = 150;
  std::vector<std::uint32_t> numbers = nearly_in_order(count);
  std::ranges::sort(numbers, std::greater());
  {
    const auto store = open();
    stage(*store, count);
    put(*store, numbers);
    ASSERT_TRUE(store->snapshots().complete(group, id, {at(1, 9), {}, count, {}}));
  }
  EXPECT_EQ(held(*open(), count), count);
}

TEST_F(RocksParts, OfAPartThatIsPutTwiceTheLaterOneCounts) {
  const auto store = open();
  stage(*store, 200);
  const std::string early(part_bytes, 'e');
  ASSERT_TRUE(store->snapshots().put_part(group, {id, 5}, as_bytes(early)));
  put(*store, nearly_in_order(200));
  put(*store, {5});
  ASSERT_TRUE(store->snapshots().complete(group, id, {at(1, 9), {}, 200, {}}));
  EXPECT_EQ(held(*store, 200), 200U);
}

TEST_F(RocksParts, AKillTakesAtMostOneSegmentOfWhatWasPut) {
  constexpr std::uint32_t count = 400;
  const pid_t child = fork();
  if (child == 0) {
    const auto store = open();
    stage(*store, count);
    put(*store, nearly_in_order(count));
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
  const auto store = open();
  EXPECT_GE(held(*store, count), count - segment_parts);
  put(*store, nearly_in_order(count));
  ASSERT_TRUE(store->snapshots().complete(group, id, {at(1, 9), {}, count, {}}));
  EXPECT_EQ(held(*store, count), count);
}

TEST_F(RocksParts, ADroppedSnapshotGivesItsSpaceBack) {
  constexpr std::uint32_t count = 300;
  const auto store = open();
  stage(*store, count);
  put(*store, nearly_in_order(count));
  ASSERT_TRUE(store->snapshots().complete(group, id, {at(1, 9), {}, count, {}}));
  const std::uint64_t full = bytes_on_disk();
  EXPECT_GE(full, count * part_bytes);
  EXPECT_LE(full, count * part_bytes * 11 / 10) << "it is written once";
  ASSERT_TRUE(store->snapshots().drop_unused(group, {}));
  EXPECT_EQ(held(*store, count), 0U);
  EXPECT_LE(bytes_on_disk(), full / 4);
}

TEST_F(RocksParts, ManySnapshotsAtOnceShareTheirBound) {
  // More groups than segments fit into memory together.
  constexpr std::uint32_t groups = 12;
  constexpr std::uint32_t count = 50;
  const auto store = open();
  for (std::uint32_t number = 1; number <= count; ++number) {
    for (std::uint32_t which = 0; which < groups; ++which) {
      const GroupId each = group_named(std::to_string(which));
      if (number == 1) {
        ASSERT_TRUE(store->snapshots().stage(each, id, {at(1, 9), {}, count, {}}));
      }
      ASSERT_TRUE(store->snapshots().put_part(each, {id, number}, data_of(number).view()));
    }
  }
  for (std::uint32_t which = 0; which < groups; ++which) {
    const GroupId each = group_named(std::to_string(which));
    ASSERT_TRUE(store->snapshots().complete(each, id, {at(1, 9), {}, count, {}}));
    for (std::uint32_t number = 1; number <= count; ++number) {
      EXPECT_EQ(*store->snapshots().part(each, {id, number}), data_of(number));
    }
  }
}

TEST_F(RocksParts, FilesThatNobodyFinishedAreGoneAtTheNextStart) {
  open().reset();
  const auto left = folder / "store" / "incoming" / "1.sst";
  { std::ofstream(left) << "half a file"; }
  open().reset();
  EXPECT_FALSE(std::filesystem::exists(left));
}

}  // namespace
}  // namespace tessera::storage
