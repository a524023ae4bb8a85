#include "faulty_file_system.h"
#include "raw_database.h"
#include "store_files.h"
#include "store_words.h"
#include "temporary_folder.h"
#include <tessera/storage/rocks/internal/data_directory.h>
#include <tessera/storage/rocks/internal/open.h>
#include <tessera/storage/writer.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace tessera::storage {
namespace {

using namespace testing;
namespace fs = std::filesystem;

constexpr std::size_t meta_family = 1;

class RocksWatermark : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Store>> open_at(const fs::path& at, rocksdb::Env* env = nullptr) {
    rocks::Surroundings surroundings;
    surroundings.env = env == nullptr ? rocksdb::Env::Default() : env;
    RocksOptions options;
    options.path = at;
    return rocks::open_store(options, peer_named("owner"), surroundings);
  }
  Result<std::unique_ptr<Store>> open() { return open_at(path); }

  Result<void> append(Store& store, std::uint64_t index, std::size_t padding = 0) {
    return store.log().write(std::vector{write_of(group, commands({1, index, index, padding}))});
  }
  Result<void> vote(Store& store, std::uint64_t term) {
    GroupWrite write = write_of(group, {});
    write.hard = HardState{Term(term), std::nullopt, Index()};
    return store.log().write(std::vector{write});
  }
  /// A store, closed, that holds the entries up to `last`.
  void make(std::uint64_t last) {
    const auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().message();
    for (std::uint64_t index = 1; index <= last; ++index) {
      ASSERT_TRUE(append(**store, index));
    }
  }
  /// What opening a copy of the store's files as they are now leads to, after `change`.
  template <class Change>
  Result<std::unique_ptr<Store>> open_copy(const Change& change) {
    copy_store(path, copy_);
    change(copy_);
    return open_at(copy_);
  }

  static void expect_damaged(const Result<std::unique_ptr<Store>>& opened,
                             const std::vector<std::string>& words) {
    ASSERT_FALSE(opened.has_value());
    EXPECT_TRUE(opened.error().is(Errc::damaged)) << opened.error().message();
    for (const std::string& word : words) {
      EXPECT_NE(opened.error().message().find(word), std::string::npos)
          << "'" << word << "' is not in: " << opened.error().message();
    }
  }
  /// The last record of the log loses its end, in a file that ends there or goes on in zeros.
  static void tear(const fs::path& store) {
    const fs::path log = newest_file(store, ".log");
    fs::resize_file(log, used_bytes(log) - 20);
  }
  static void tear_between_zeros(const fs::path& store) {
    const fs::path log = newest_file(store, ".log");
    lose_behind(log, used_bytes(log) - 20);
  }

  TemporaryFolder folder_ = TemporaryFolder::in_memory();
  const fs::path copy_ = folder_ / "copy";
  const fs::path path = folder_ / "store";
  const GroupId group = group_named("group");
};

TEST_F(RocksWatermark, SyncedRecordsMissingAtTheEndAreNotATornEnd) {
  make(20);
  const std::uint64_t promised = watermark_of(path)->count;
  EXPECT_GE(promised, 21u);
  tear(path);
  for (int attempt = 1; attempt <= 2; ++attempt) {  // it does not heal by being opened
    expect_damaged(open(), {path.string(), "WATERMARK", std::to_string(promised),
                            std::to_string(promised - 1) + " are there", "start 1"});
  }
}

TEST_F(RocksWatermark, AFlippedBitInTheLastSyncedRecordsIsDamage) {
  make(20);
  const fs::path wal = newest_file(path, ".log");
  const auto size = static_cast<std::streamoff>(fs::file_size(wal));
  for (std::streamoff offset = size - 400; offset < size; offset += 7) {
    const auto opened =
        open_copy([&](const fs::path& copy) { flip_in_file(copy / wal.filename(), offset); });
    expect_damaged(opened, {"copy"});
    ASSERT_FALSE(HasFailure()) << "byte " << offset << " of " << size;
  }
}

TEST_F(RocksWatermark, ATornEndAboveItIsWhatACrashLeaves) {
  make(20);
  const auto store = open();
  ASSERT_TRUE(append(**store, 21));
  // At the latest the writer would have put it on record.
  for (const auto& torn : {tear, tear_between_zeros}) {
    const auto opened = open_copy(torn);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    EXPECT_EQ((*opened)->log().open(group)->last, at(1, 20));
  }
}

TEST_F(RocksWatermark, ATornBatchWithALaterPartKeptIsWhatACrashLeaves) {
  make(20);
  const auto store = open();
  ASSERT_TRUE(append(**store, 21, 30'000));
  const auto opened = open_copy([](const fs::path& copy) {
    const fs::path wal = newest_file(copy, ".log");
    std::fstream file(wal, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(used_bytes(wal)) - 20'000);
    file << std::string(4096, '\0');  // a page that did not reach the disk
  });
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  EXPECT_EQ((*opened)->log().open(group)->last, at(1, 20));
}

TEST_F(RocksWatermark, ABadPlaceBeforeALaterBatchIsDamageThoughNothingWasOnRecord) {
  make(20);
  const auto store = open();
  std::uintmax_t before = 0;
  for (std::uint64_t index = 21; index <= 40; ++index) {
    before = index == 22 ? used_bytes(newest_file(path, ".log")) : before;
    ASSERT_TRUE(append(**store, index, 3000));
  }
  expect_damaged(open_copy([&](const fs::path& copy) {
                   flip_in_file(newest_file(copy, ".log"),
                                static_cast<std::streamoff>(before) + 90);
                 }),
                 {"fails its checks"});
}

TEST_F(RocksWatermark, AVoteIsOnRecordWhenItsWriteReturns) {
  make(20);
  const auto store = open();
  ASSERT_TRUE(vote(**store, 7));
  expect_damaged(open_copy(tear), {"WATERMARK"});
  HardState voted{Term(7), MemberId{peer_named("p"), storage_named("s")}, Index()};
  GroupWrite write = write_of(group, {});
  write.hard = voted;
  write.storage.reset();
  ASSERT_TRUE((*store)->log().write(std::vector{write}));
  expect_damaged(open_copy(tear), {"WATERMARK"});
  voted.commit = Index(3);
  write.hard = voted;
  ASSERT_TRUE((*store)->log().write(std::vector{write}));
  EXPECT_TRUE(open_copy(tear).has_value()) << "a commit index is no promise";
}

TEST_F(RocksWatermark, WhatHasBeenRaisedIsOnRecord) {
  make(20);
  const auto store = open();
  ASSERT_TRUE(append(**store, 21));
  ASSERT_TRUE((*store)->log().raise_watermark());
  expect_damaged(open_copy(tear), {"WATERMARK"});
}

TEST_F(RocksWatermark, TablesThatOnlyTheMemoryHoldsAreNotMissed) {
  make(20);
  const auto store = open();
  const auto table = (*store)->tables()->make();
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(table->put(as_bytes(std::to_string(i)), as_bytes("value")));
  }
  ASSERT_TRUE(append(**store, 21));
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(table->erase(as_bytes(std::to_string(i))));
  }
  ASSERT_TRUE((*store)->log().raise_watermark());
  const auto opened = open_copy([](const fs::path&) {});
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  EXPECT_EQ((*opened)->log().open(group)->last, at(1, 21));
}

TEST_F(RocksWatermark, ItNeverLeadsWhatWasSynced) {
  make(5);
  const auto faults = std::make_shared<Faults>();
  const auto env = faulty_environment(faults);
  const auto store = open_at(path, env.get());
  ASSERT_TRUE(store.has_value()) << store.error().message();
  const std::uint64_t before = watermark_of(path)->count;
  faults->syncs_left = 1;
  EXPECT_FALSE(vote(**store, 9).has_value());
  EXPECT_EQ(watermark_of(path)->count, before);
  EXPECT_FALSE((*store)->log().raise_watermark().has_value());
  EXPECT_EQ(watermark_of(path)->count, before);
}

TEST_F(RocksWatermark, OneThatCannotBeWrittenStopsTheStore) {
  make(5);
  const auto faults = std::make_shared<Faults>();
  const auto env = faulty_environment(faults);
  const auto store = open_at(path, env.get());
  faults->syncs_left = 2;  // the database's succeeds, the watermark's does not
  const auto written = vote(**store, 9);
  ASSERT_FALSE(written.has_value()) << "a vote must not leave before the watermark";
  EXPECT_TRUE(written.error().is(Errc::storage_failed));
  EXPECT_NE(written.error().message().find("watermark"), std::string::npos);
  faults->syncs_left = Faults::never;
  EXPECT_TRUE(append(**store, 6).error().is(Errc::storage_failed)) << "nor is it tried again";
  EXPECT_EQ(all_entries((*store)->log(), group), commands({1, 1, 5}));
}

TEST_F(RocksWatermark, AFileThatIsMissingIsDamage) {
  make(5);
  fs::remove(path / "WATERMARK");
  expect_damaged(open(), {path.string(), "WATERMARK is missing"});
}

TEST_F(RocksWatermark, OneBadSlotIsATornWriteAndTwoAreDamage) {
  make(5);
  const auto slot_bytes = static_cast<std::streamoff>(rocks::watermark_slot_bytes);
  for (const std::streamoff slot : {0, 1}) {
    const auto opened = open_copy(
        [&](const fs::path& copy) { flip_in_file(copy / "WATERMARK", slot * slot_bytes + 12); });
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    ASSERT_TRUE(vote(**opened, 3));
    EXPECT_EQ(watermark_of(copy_)->starts, 2u);
  }
  flip_in_file(path / "WATERMARK", 12);
  flip_in_file(path / "WATERMARK", slot_bytes + 12);
  expect_damaged(open(), {path.string(), "neither half", "WATERMARK"});
}

TEST_F(RocksWatermark, AnotherStoresIsNotTakenForItsOwn) {
  make(5);
  const fs::path other = path.string() + "-other";
  ASSERT_TRUE(open_at(other).has_value());
  fs::copy_file(other / "WATERMARK", path / "WATERMARK", fs::copy_options::overwrite_existing);
  expect_damaged(open(), {"WATERMARK", "another store"});
}

TEST_F(RocksWatermark, ACopyThatWentItsOwnWayIsNotTakenForTheStore) {
  make(5);
  const fs::path other = path.string() + "-other";
  copy_store(path, other);
  ASSERT_TRUE(open_at(other).has_value());
  make(6);
  fs::copy_file(other / "WATERMARK", path / "WATERMARK", fs::copy_options::overwrite_existing);
  expect_damaged(open(), {"WATERMARK", "another store"});
}

TEST_F(RocksWatermark, AStoreFromBeforeThereWasOneGetsOne) {
  make(5);
  fs::remove(path / "WATERMARK");
  { RawDatabase(path).erase(meta_family, "synced"); }
  {
    const auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().message();
    EXPECT_EQ((*store)->run().starts, 2u);
    ASSERT_TRUE(append(**store, 6));
  }
  EXPECT_EQ(watermark_of(path)->count, 2u);
  tear(path);
  expect_damaged(open(), {"WATERMARK"});
}

TEST_F(RocksWatermark, ACrashBeforeTheFirstBatchLeavesAStore) {
  {
    rocks::Watermark watermark(path, rocksdb::Env::Default());
    fs::create_directories(path);
    ASSERT_TRUE(rocks::prepare_directory(path, rocksdb::Env::Default()).has_value());
    ASSERT_TRUE(watermark.create({.origin = 77, .starts = 1, .run = 5}).ok());
  }
  make(3);
  EXPECT_EQ(watermark_of(path)->origin, 77u);
}

TEST_F(RocksWatermark, FilesOfTheDatabaseThatAreGoneAreDamage) {
  make(5);
  for (const std::string prefix : {"CURRENT", "MANIFEST"}) {
    const auto opened = open_copy([&](const fs::path& copy) {
      std::vector<fs::path> gone;
      for (const auto& file : fs::directory_iterator(copy)) {
        if (file.path().filename().string().starts_with(prefix)) {
          gone.push_back(file.path());
        }
      }
      for (const fs::path& file : gone) {
        fs::remove(file);
      }
    });
    expect_damaged(opened, {"copy", prefix});
  }
  expect_damaged(open_copy([](const fs::path& copy) { fs::remove(newest_file(copy, ".log")); }),
                 {"copy", "WATERMARK"});
}

TEST_F(RocksWatermark, TheWriterRaisesItWhenItHasNothingElseToDo) {
  make(5);
  const auto store = open();
  const std::uint64_t before = watermark_of(path)->count;
  Writer writer((*store)->log());
  writer.submit(write_of(group, commands({1, 6, 6})), nullptr);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (watermark_of(path)->count != before + 1) {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "it was never raised";
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST_F(RocksWatermark, TheWriterRaisesItAtItsEnd) {
  make(5);
  const auto store = open();
  const std::uint64_t before = watermark_of(path)->count;
  {
    Writer writer((*store)->log());
    writer.submit(write_of(group, commands({1, 6, 6})), nullptr);
  }
  EXPECT_EQ(watermark_of(path)->count, before + 1);
}

TEST(WatermarkSlot, SaysWhatWasWrittenOrNothing) {
  rocks::WatermarkRecord record{.origin = 1, .starts = 2, .run = UINT64_MAX, .count = 4};
  for (const bool marked : {false, true}) {
    if (marked) record.manifest = rocks::ManifestMark{12, 3456};
    const auto slot = rocks::encode_slot(record);
    ASSERT_EQ(slot.size(), rocks::watermark_slot_bytes);
    EXPECT_EQ(rocks::decode_slot(slot), record);
    const std::size_t second = 1 + slot.front();
    for (std::size_t byte = 0; byte <= second + (marked ? slot[second] : 0); ++byte) {
      auto torn = slot;
      torn[byte] ^= 1;
      EXPECT_EQ(rocks::decode_slot(torn), std::nullopt) << byte;
      EXPECT_EQ(rocks::decode_slot(ByteView(slot).first(byte)), std::nullopt) << byte;
    }
  }
}

}  // namespace
}  // namespace tessera::storage
