#include "store_files.h"
#include "store_words.h"
#include "temporary_folder.h"
#include <tessera/storage/rocks/internal/manifest_log.h>
#include <tessera/storage/rocks/rocks_store.h>
#include <tessera/storage/rocks/stopped_store.h>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

/// RocksDB's own log of its files: what was durable of it is never taken for less.
namespace tessera::storage {
namespace {

using namespace testing;

[[nodiscard]] std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class RocksManifest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().message();
    for (std::uint64_t index = 1; index <= 200; ++index) {
      ASSERT_TRUE(
          (*store)->log().write(std::vector{write_of(group, commands({1, index, index, 2000}))}));
    }
  }
  Result<std::unique_ptr<Store>> open() {
    RocksOptions options;
    options.path = path;
    options.log_memtable_bytes = std::size_t{64} << 10U;
    return open_rocks_store(options, peer_named("owner"));
  }
  [[nodiscard]] std::filesystem::path manifest() const {
    std::string current = content_of(path / "CURRENT");
    current.pop_back();
    return path / current;
  }

  TemporaryFolder folder_;
  const std::filesystem::path path = folder_ / "store";
  const GroupId group = group_named("group");
};

TEST_F(RocksManifest, IsSoundUpToTheFirstByteThatIsNot) {
  const std::string whole = content_of(manifest());
  EXPECT_EQ(rocks::sound_bytes(whole), whole.size());
  std::size_t before = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    EXPECT_LE(rocks::sound_bytes(flipped), at);
    const std::size_t cut = rocks::sound_bytes(std::string_view(whole).substr(0, at));
    EXPECT_LE(cut, at);
    EXPECT_GE(cut, before);
    before = cut;
  }
  EXPECT_GT(before, 0u);
  EXPECT_EQ(rocks::manifest_number("/some/where/MANIFEST-000012"), 12u);
  EXPECT_EQ(rocks::manifest_number("MANIFEST-000012\n"), 12u);
  EXPECT_EQ(rocks::manifest_number("MANIFEST-000012.bak"), std::nullopt);
  EXPECT_EQ(rocks::manifest_number("000012.log"), std::nullopt);
}

TEST_F(RocksManifest, RecordsInPiecesAndTheEndsOfBlocksAreReadOver) {
  std::string file;
  constexpr std::size_t block = 32 << 10;
  // One record of RocksDB's, as often as a block takes it, and zeros where no header fits.
  const std::string whole = content_of(manifest());
  const std::size_t length = 7 + static_cast<std::uint8_t>(whole[4]) +
                             (std::size_t{static_cast<std::uint8_t>(whole[5])} << 8U);
  const std::string record = whole.substr(0, length);
  while (file.size() + record.size() <= block) file += record;
  const std::size_t end = file.size();
  EXPECT_EQ(rocks::sound_bytes(file), end);
  if (block - file.size() < 7) {
    file.resize(block);
    EXPECT_EQ(rocks::sound_bytes(file + record), block + record.size());
  } else {
    file.resize(block);
    EXPECT_EQ(rocks::sound_bytes(file + record), end) << "zeros where a record would fit";
  }
}

TEST_F(RocksManifest, HowMuchWasDurableIsOnRecord) {
  const auto mark = watermark_of(path)->manifest;
  ASSERT_TRUE(mark.has_value());
  EXPECT_EQ(mark->number, rocks::manifest_number(manifest().string()));
  EXPECT_EQ(mark->bytes, content_of(manifest()).size());
}

TEST_F(RocksManifest, OneThatIsShorterThanWasDurableIsDamage) {
  cut_file(manifest(), 1);
  for (int attempt = 1; attempt <= 2; ++attempt) {
    const auto opened = open();
    ASSERT_FALSE(opened.has_value());
    EXPECT_TRUE(opened.error().is(Errc::damaged)) << opened.error().message();
    EXPECT_NE(opened.error().message().find("MANIFEST-"), std::string::npos)
        << opened.error().message();
  }
  const auto stopped = open_stopped_store(path);
  ASSERT_TRUE(stopped.has_value()) << stopped.error().message();
  EXPECT_TRUE((*stopped)->keeps_promises().error().is(Errc::damaged));
}

TEST_F(RocksManifest, WhatACrashLeavesBehindWhatWasDurableGoes) {
  const std::string sound = content_of(manifest());
  for (const std::string& tail :
       {std::string(100, '\0'), std::string("torn"), std::string(600, 'x'), sound.substr(1, 300)}) {
    const std::filesystem::path file = manifest();
    std::ofstream(file, std::ios::binary | std::ios::app) << tail;
    {
      const auto stopped = open_stopped_store(path);
      ASSERT_TRUE(stopped.has_value()) << stopped.error().message();
      const auto examined = (*stopped)->examine();
      ASSERT_TRUE(examined.has_value()) << examined.error().message();
      EXPECT_TRUE(examined->damage.empty()) << examined->damage.front().check.message();
      EXPECT_TRUE(content_of(file).ends_with(tail)) << "who only reads cuts nothing";
    }
    const auto opened = open();
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    EXPECT_EQ((*opened)->log().open(group)->last.index, Index(200));
  }
}

}  // namespace
}  // namespace tessera::storage
