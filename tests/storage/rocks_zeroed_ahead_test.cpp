#include "faulty_file_system.h"
#include "store_files.h"
#include "store_words.h"
#include "temporary_folder.h"
#include <tessera/storage/rocks/internal/open.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

/// Write-ahead logs that are zeroed before they are written.
namespace tessera::storage {
namespace {

using namespace testing;

constexpr std::size_t kibibyte = 1024;

class RocksZeroedAhead : public ::testing::Test {
 protected:
  [[nodiscard]] static std::unique_ptr<Store> open(const std::filesystem::path& path,
                                                   rocksdb::Env* env = rocksdb::Env::Default()) {
    RocksOptions options;
    options.path = path;
    rocks::Surroundings surroundings;
    surroundings.env = env;
    auto opened = rocks::open_store(options, peer_named("owner"), surroundings);
    EXPECT_TRUE(opened.has_value()) << opened.error().message();
    return opened ? *std::move(opened) : nullptr;
  }
  /// Entries of `bytes` each, one write for each of them.
  Result<void> write(Store& store, std::uint64_t count, std::size_t bytes) {
    for (std::uint64_t each = 0; each < count; ++each) {
      const GroupWrite write =
          write_of(group, {command(at(1, ++written_), std::string(bytes, 'x'))});
      if (auto done = store.log().write({&write, 1}); !done) {
        --written_;
        return done;
      }
    }
    return {};
  }
  [[nodiscard]] std::uint64_t written() const { return written_; }

  struct Log {
    std::size_t size = 0;  ///< of the file
    std::size_t used = 0;  ///< up to where it is not zeros
  };
  [[nodiscard]] static Log log_in(const std::filesystem::path& path) {
    const std::filesystem::path log = newest_file(path, ".log");
    return {std::filesystem::file_size(log), used_bytes(log)};
  }

  TemporaryFolder folder;
  const std::filesystem::path path = folder / "store";
  const GroupId group = group_named("group");

 private:
  std::uint64_t written_ = 0;
};

TEST_F(RocksZeroedAhead, MostWritesDoNotMakeTheLogLonger) {
  const auto store = open(path);
  std::vector<std::size_t> sizes;
  for (int round = 0; round < 400; ++round) {
    ASSERT_TRUE(write(*store, 1, 1 * kibibyte));
    sizes.push_back(log_in(path).size);
  }
  EXPECT_GE(log_in(path).used, 400 * kibibyte);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  EXPECT_LE(sizes.size(), 8U);
}

TEST_F(RocksZeroedAhead, ALogThatIsShortIsNotMostlyZeros) {
  const auto store = open(path);
  ASSERT_TRUE(write(*store, 1, 10));
  EXPECT_LE(log_in(path).size, 64 * kibibyte);
}

TEST_F(RocksZeroedAhead, WhatIsKilledHoldsEverythingInFrontOfTheZeros) {
  const auto store = open(path);
  ASSERT_TRUE(write(*store, 100, 1 * kibibyte));
  ASSERT_LT(log_in(path).used, log_in(path).size);
  copy_store(path, folder / "killed");
  const auto again = open(folder / "killed");
  ASSERT_TRUE(again);
  EXPECT_EQ(all_entries(again->log(), group).size(), 100U);
}

TEST_F(RocksZeroedAhead, ALastWriteThatIsTornBetweenZerosIsTakenBack) {
  const auto store = open(path);
  ASSERT_TRUE(write(*store, 10, 1 * kibibyte));
  const std::size_t before = log_in(path).used;
  copy_store(path, folder / "earlier");
  ASSERT_TRUE(write(*store, 1, 100 * kibibyte));  // in several pieces
  const std::size_t behind = log_in(path).used;
  for (const std::size_t kept : {before + 3, before + 100, before + 40 * kibibyte, behind - 1}) {
    const std::filesystem::path torn = folder / "torn";
    copy_store(path, torn);
    lose_behind(newest_file(torn, ".log"), kept);
    // As if the last write had not been acknowledged.
    std::filesystem::copy_file(folder / "earlier" / "WATERMARK", torn / "WATERMARK",
                               std::filesystem::copy_options::overwrite_existing);
    const auto again = open(torn);
    ASSERT_TRUE(again) << kept;
    EXPECT_EQ(all_entries(again->log(), group).size(), 10U) << kept;
  }
}

TEST_F(RocksZeroedAhead, MuchAtOnceIsNotWrittenTwice) {
  const auto store = open(path);
  ASSERT_TRUE(write(*store, 8, 1024 * kibibyte));
  const Log log = log_in(path);
  EXPECT_GE(log.used, 8 * 1024 * kibibyte);
  EXPECT_LE(log.size, log.used + 64 * kibibyte);
}

TEST_F(RocksZeroedAhead, WhereNoZerosFitDataIsStillWritten) {
  const auto faults = std::make_shared<Faults>();
  const auto env = faulty_environment(faults);
  const auto store = open(path, env.get());
  ASSERT_TRUE(write(*store, 1, 1 * kibibyte));
  // Less than the zeros that it will want.
  constexpr std::size_t room = 200 * kibibyte;
  const Log before = log_in(path);
  faults->bytes_left = static_cast<std::int64_t>(room);
  while (write(*store, 1, 1 * kibibyte)) ASSERT_LT(written(), 1000U);
  EXPECT_GE(log_in(path).used, before.used + room / 2);
  faults->bytes_left = Faults::never;
}

TEST_F(RocksZeroedAhead, ALogThatIsClosedEndsWithItsLastRecord) {
  {
    const auto store = open(path);
    ASSERT_TRUE(write(*store, 10, 1 * kibibyte));
  }
  const Log log = log_in(path);
  EXPECT_GE(log.used, 10 * kibibyte);
  EXPECT_LE(log.size, log.used + 16);  // a record may end in zeros of its own
}

}  // namespace
}  // namespace tessera::storage
