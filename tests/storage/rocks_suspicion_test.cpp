#include "store_files.h"
#include "store_words.h"
#include "temporary_folder.h"
#include <tessera/storage/rocks/rocks_store.h>

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace tessera::storage {
namespace {

using namespace testing;

constexpr std::uint64_t entries_in_files = 400;

/// A store whose log lies in several files, which the next writes merge.
class RocksSuspicion : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().message();
    for (std::uint64_t index = 1; index <= entries_in_files; ++index) {
      ASSERT_TRUE(append(**store, index));
    }
  }
  Result<std::unique_ptr<Store>> open() {
    RocksOptions options;
    options.path = path;
    options.log_memtable_bytes = std::size_t{64} << 10U;
    return open_rocks_store(options, peer_named("owner"));
  }
  Result<void> append(Store& store, std::uint64_t index) {
    return store.log().write(std::vector{write_of(group, commands({1, index, index, 2000}))});
  }
  [[nodiscard]] bool is_suspect() const { return std::filesystem::exists(path / "SUSPECT"); }

  /// Flips bits throughout the largest file of data.
  void rot() {
    std::filesystem::path largest;
    for (const auto& file : std::filesystem::directory_iterator(path)) {
      const auto extension = file.path().extension();
      if (extension != ".sst" && extension != ".ldb") continue;
      if (largest.empty() || file.file_size() > std::filesystem::file_size(largest)) {
        largest = file.path();
      }
    }
    ASSERT_FALSE(largest.empty());
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(largest));
    for (std::streamoff at = 500; at < size / 2; at += 5000) flip_in_file(largest, at);
  }

  TemporaryFolder folder_;
  const std::filesystem::path path = folder_ / "store";
  const GroupId group = group_named("group");
};

TEST_F(RocksSuspicion, DamageThatShowsWhileTheStoreRunsIsDamageAtTheNextStart) {
  rot();
  {
    const auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().message();
    Result<void> written;
    for (std::uint64_t index = entries_in_files + 1; written && index < 100'000; ++index) {
      written = append(**store, index);
    }
    ASSERT_FALSE(written.has_value()) << "nothing has merged the damaged file";
    EXPECT_TRUE(written.error().is(Errc::storage_failed)) << written.error().message();
  }
  EXPECT_TRUE(is_suspect());
  for (int attempt = 1; attempt <= 2; ++attempt) {
    const auto store = open();
    ASSERT_FALSE(store.has_value());
    EXPECT_TRUE(store.error().is(Errc::damaged)) << store.error().message();
    EXPECT_NE(store.error().message().find("found damaged while it ran"), std::string::npos)
        << store.error().message();
  }
}

TEST_F(RocksSuspicion, OneThatProvesUnfoundedIsForgotten) {
  std::ofstream(path / "SUSPECT") << "a bit flipped in memory\n";
  EXPECT_TRUE(open().has_value());
  EXPECT_FALSE(is_suspect());
}

}  // namespace
}  // namespace tessera::storage
