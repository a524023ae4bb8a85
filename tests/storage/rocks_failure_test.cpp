#include "faulty_file_system.h"
#include "store_words.h"
#include "temporary_folder.h"
#include "whole_snapshot.h"
#include <tessera/storage/rocks/internal/open.h>

#include <memory>
#include <string>
#include <vector>

namespace tessera::storage {
namespace {

using namespace testing;

class RocksFailure : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Store>> open() {
    rocks::Surroundings surroundings;
    surroundings.env = environment_.get();
    RocksOptions options;
    options.path = folder_ / name_;
    options.log_memtable_bytes = 1 << 20;
    return rocks::open_store(options, peer_named("owner"), surroundings);
  }
  Result<void> append(Store& store, std::uint64_t index, std::size_t padding = 0) {
    return store.log().write(std::vector{write_of(group, commands({1, index, index, padding}))});
  }
  static void expect_failed(const Result<void>& result, const std::vector<std::string>& words) {
    ASSERT_FALSE(result.has_value());
    EXPECT_TRUE(result.error().is(Errc::storage_failed)) << result.error().message();
    for (const std::string& word : words) {
      EXPECT_NE(result.error().message().find(word), std::string::npos)
          << "'" << word << "' is not in: " << result.error().message();
    }
  }
  /// Nothing may be written, everything durable may be read, for as long as the store is open.
  void expect_stopped(Store& store, Index last) {
    faults->writes_left = faults->syncs_left = faults->bytes_left = Faults::never;  // it heals
    expect_failed(append(store, last.value() + 1), {});
    expect_failed(put(store.snapshots(), group, SnapshotId(7), {at(1, 1), {}, {}}), {});
    expect_failed(drop_unused(store.snapshots(), group, SnapshotId(7)), {});
    expect_failed(store.log().erase(group), {});
    EXPECT_EQ(store.log().open(group)->last.index, last);
    EXPECT_EQ(all_entries(store.log(), group), commands({1, 1, last.value()}));
  }

  /// The next `open` makes a new store.
  void start_anew() { name_ += "'"; }

  std::shared_ptr<Faults> faults = std::make_shared<Faults>();
  const GroupId group = group_named("group");

 private:
  TemporaryFolder folder_ = TemporaryFolder::in_memory();
  std::string name_ = "store";
  std::unique_ptr<rocksdb::Env> environment_ = faulty_environment(faults);
};

TEST_F(RocksFailure, TheFirstFailedSyncIsTheLastWrite) {
  const auto store = open();
  ASSERT_TRUE(append(**store, 1));
  faults->syncs_left = 1;
  expect_failed(append(**store, 2), {"sync", "injected", "suspect the disk"});
  expect_stopped(**store, Index(1));
}

TEST_F(RocksFailure, TheFirstFailedWriteIsTheLast) {
  const auto store = open();
  ASSERT_TRUE(append(**store, 1));
  faults->writes_left = 1;
  expect_failed(append(**store, 2), {"write", "injected"});
  expect_stopped(**store, Index(1));
}

TEST_F(RocksFailure, AFullDiskSaysSo) {
  const auto store = open();
  ASSERT_TRUE(append(**store, 1));
  faults->bytes_left = 100'000;
  std::uint64_t index = 2;
  Result<void> written = append(**store, index, 10'000);
  while (written && index < 100) {
    written = append(**store, ++index, 10'000);
  }
  EXPECT_GT(index, 5u);
  expect_failed(written, {"No space left", "the disk is full", "make room"});
  faults->bytes_left = Faults::never;
  expect_failed(append(**store, index), {"the disk is full"});
  EXPECT_EQ((*store)->log().open(group)->last, at(1, index - 1));
}

TEST_F(RocksFailure, ADiskThatFillsDuringASnapshotStopsTheStoreAndKeepsTheOldOne) {
  {
    const auto store = open();
    ASSERT_TRUE(put((*store)->snapshots(), group, SnapshotId(1), {at(1, 1), {}, {}}));
    GroupWrite one = write_of(group, commands({1, 1, 1}));
    one.snapshot = SnapshotRef{SnapshotId(1), at(1, 1)};
    ASSERT_TRUE((*store)->log().write(std::vector{one}));
    faults->bytes_left = 3 << 20;
    expect_failed(put((*store)->snapshots(), group, SnapshotId(2),
                      {at(1, 1), {}, Bytes(std::string(8 << 20, 's'))}),
                  {"the disk is full"});
    expect_stopped(**store, Index(1));
  }
  faults->bytes_left = Faults::never;
  const auto store = open();
  ASSERT_TRUE(store.has_value()) << store.error().message();
  EXPECT_TRUE(load((*store)->snapshots(), group, SnapshotId(1)).has_value());
  EXPECT_TRUE(load((*store)->snapshots(), group, SnapshotId(2)).error().is(Errc::not_found));
  EXPECT_TRUE(append(**store, 2).has_value());
}

TEST_F(RocksFailure, ASnapshotReplacedInPartIsNotTakenForTheOldOneNorTheNewOne) {
  {
    const auto store = open();
    ASSERT_TRUE(put((*store)->snapshots(), group, SnapshotId(1),
                    {at(1, 1), {}, Bytes(std::string(60 << 20, 'o'))}));
    faults->bytes_left = 40 << 20;
    expect_failed(put((*store)->snapshots(), group, SnapshotId(1),
                      {at(1, 2), {}, Bytes(std::string(60 << 20, 'n'))}),
                  {"the disk is full"});
    faults->bytes_left = Faults::never;
  }
  const auto store = open();
  ASSERT_TRUE(store.has_value()) << store.error().message();
  EXPECT_TRUE(load((*store)->snapshots(), group, SnapshotId(1)).error().is(Errc::not_found));
}

TEST_F(RocksFailure, AFullDiskAtTheStartIsAnErrorOfTheStart) {
  ASSERT_TRUE(open().has_value());
  faults->bytes_left = 10;
  const auto store = open();
  ASSERT_FALSE(store.has_value());
  EXPECT_TRUE(store.error().is(Errc::storage_failed)) << store.error().message();
  EXPECT_NE(store.error().message().find("full"), std::string::npos) << store.error().message();
}

/// A run in which one operation fails: what was acknowledged before is there afterwards, and
/// nothing is acknowledged behind it. Returns whether the failure came at all.
class RocksFailureAtEveryStep : public RocksFailure {
 protected:
  bool run(std::atomic<std::int64_t>& left, std::int64_t failing) {
    start_anew();
    left = failing;
    faults->fails_on = true;
    std::uint64_t acknowledged = 0;
    std::uint64_t snapshot = 0;
    bool failed = false;
    if (auto store = open(); store) {
      for (std::uint64_t index = 1; index <= 8; ++index) {
        const bool written = append(**store, index).has_value();
        EXPECT_FALSE(written && failed) << "a write after a failure";
        failed |= !written;
        acknowledged = written ? index : acknowledged;
        if (index == 5) {
          const Snapshot state{at(1, index), {}, Bytes::copy("state")};
          const bool put =
              testing::put((*store)->snapshots(), group, SnapshotId(index), state).has_value();
          EXPECT_FALSE(put && failed) << "a snapshot after a failure";
          failed |= !put;
          snapshot = put ? index : snapshot;
        }
      }
    } else {
      EXPECT_TRUE(store.error().is(Errc::storage_failed) || store.error().is(Errc::io_failed));
      failed = true;
    }
    left = Faults::never;
    faults->fails_on = false;
    expect_kept(acknowledged, snapshot);
    return failed;
  }

  void expect_kept(std::uint64_t acknowledged, std::uint64_t snapshot) {
    const auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().message();
    const auto record = (*store)->log().open(group);
    ASSERT_TRUE(record.has_value()) << record.error().message();
    EXPECT_GE(record->last.index, Index(acknowledged));
    EXPECT_EQ(all_entries((*store)->log(), group), commands({1, 1, record->last.index.value()}));
    if (snapshot > 0) {
      EXPECT_TRUE(load((*store)->snapshots(), group, SnapshotId(snapshot)).has_value());
    }
  }
};

TEST_F(RocksFailureAtEveryStep, NothingAcknowledgedIsLostWhicheverSyncFails) {
  std::int64_t failing = 1;
  while (run(faults->syncs_left, failing)) {
    ASSERT_FALSE(HasFailure()) << "sync " << failing;
    ++failing;
  }
  EXPECT_GT(failing, 15);
}

TEST_F(RocksFailureAtEveryStep, NothingAcknowledgedIsLostWhicheverWriteFails) {
  std::int64_t failing = 1;
  while (run(faults->writes_left, failing)) {
    ASSERT_FALSE(HasFailure()) << "write " << failing;
    ++failing;
  }
  EXPECT_GT(failing, 15);
}

}  // namespace
}  // namespace tessera::storage
