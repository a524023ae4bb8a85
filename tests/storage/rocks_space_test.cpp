#include "store_words.h"
#include "temporary_folder.h"
#include <tessera/primitives/random.h>
#include <tessera/storage/rocks/internal/open.h>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

/// What a log takes on the disk.
namespace tessera::storage {
namespace {

using namespace testing;
using Clock = std::chrono::steady_clock;

constexpr std::size_t mebibyte = std::size_t{1} << 20U;
constexpr std::size_t entry_bytes = std::size_t{8} << 10U;
constexpr std::uint64_t entries_of_a_write = mebibyte / entry_bytes;
constexpr std::chrono::seconds patience{20};

class RocksSpace : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Store> open() const {
    rocks::Surroundings surroundings;
    surroundings.sweep_bytes_min = mebibyte;
    RocksOptions options;
    options.path = folder / "store";
    options.log_memtable_bytes = mebibyte;  // files that are small, and levels with them
    auto opened = rocks::open_store(options, peer_named("owner"), surroundings);
    EXPECT_TRUE(opened.has_value()) << opened.error().message();
    return opened ? *std::move(opened) : nullptr;
  }
  /// A mebibyte behind `last`, of which nothing can be compressed.
  [[nodiscard]] std::vector<RawEntry> entries_behind(std::uint64_t last) {
    std::vector<RawEntry> entries;
    for (std::uint64_t next = 1; next <= entries_of_a_write; ++next) {
      std::string data(entry_bytes, '\0');
      for (char& each : data) each = static_cast<char>(random.next());
      entries.push_back(command(at(1, last + next), std::move(data)));
    }
    return entries;
  }
  [[nodiscard]] std::uint64_t bytes_in_sorted_files() const {
    std::uint64_t bytes = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder / "store")) {
      std::error_code gone;  // RocksDB may delete it meanwhile
      const auto size = std::filesystem::file_size(file.path(), gone);
      if (file.path().extension() == ".sst" && !gone) bytes += size;
    }
    return bytes;
  }

  TemporaryFolder folder;
  Random random{5};
  const GroupId group = group_named("group");
};

TEST_F(RocksSpace, ALogThatIsPrunedTakesAsMuchAsItHoldsHoweverMuchIsWritten) {
  constexpr std::uint64_t kept = 4;  // mebibytes
  const auto store = open();
  for (std::uint64_t written = 0; written < 120; ++written) {
    const std::uint64_t last = written * entries_of_a_write;
    GroupWrite write = write_of(group, entries_behind(last));
    if (written > kept) write.prune = at(1, last - kept * entries_of_a_write);
    const auto done = store->log().write({&write, 1});
    ASSERT_TRUE(done.has_value()) << done.error().message();
  }
  // What merges in the background is over some time later.
  const auto deadline = Clock::now() + patience;
  while (bytes_in_sorted_files() > 4 * kept * mebibyte && Clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  EXPECT_LE(bytes_in_sorted_files(), 4 * kept * mebibyte);
  EXPECT_EQ(all_entries(store->log(), group).size(), (kept + 1) * entries_of_a_write);
}

}  // namespace
}  // namespace tessera::storage
