#include "raw_database.h"
#include "store_files.h"
#include "store_words.h"
#include "temporary_folder.h"
#include "whole_snapshot.h"
#include <tessera/storage/rocks/rocks_store.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

/// Stores that released versions have written, kept in tests/golden/. They must open for ever, and
/// hold what was put into them.
///
/// `TESSERA_REWRITE_GOLDEN=1 storage_rocks_test --gtest_filter='GoldenStore.*'` writes that of the
/// present format anew: only when the format changes before it is released.
namespace tessera::storage {
namespace {

using namespace testing;
namespace fs = std::filesystem;

const fs::path golden_store = fs::path(TESSERA_GOLDEN) / "store-format-1";

Result<std::unique_ptr<Store>> open_golden(const fs::path& path) {
  RocksOptions options;
  options.path = path;
  return open_rocks_store(options, peer_named("golden"));
}

const GroupId full_group = group_named("full");
const GroupId founded_group = group_named("founded");

/// One entry of each kind, of three terms.
std::vector<RawEntry> golden_entries() {
  std::vector<RawEntry> all;
  for (std::uint64_t index = 1; index <= 14; ++index) {
    RawEntry entry = command(at(1 + index / 5, index), "entry " + std::to_string(index));
    entry.kind = static_cast<EntryKind>(index % 7);
    entry.time = LogTime(index == 9 ? 3 : index * 1'000'000'007);
    all.push_back(std::move(entry));
  }
  all.back().data = Bytes(std::string(300, '\xfe'));
  return all;
}

/// What the store was given, in three lives, so that some of it is in sorted files and some in the
/// write-ahead log.
void write_golden(const fs::path& path) {
  const auto all = golden_entries();
  for (int life = 1; life <= 3; ++life) {
    const auto store = open_golden(path);
    ASSERT_TRUE(store.has_value()) << store.error().message();
    GroupWrite write;
    write.group = full_group;
    if (life == 1) {
      write.storage = storage_named("full");
      write.genesis = genesis_named("full");
      write.founding = Bytes::copy("founding record");
      write.witness = Bytes::copy("witness record");
      write.entries = {all.begin(), all.begin() + 6};
      GroupWrite other;
      other.group = founded_group;
      other.storage = storage_named("founded");
      other.founding = Bytes::copy("only a founding");
      ASSERT_TRUE((*store)->log().write(std::vector{write, other}));
      ASSERT_TRUE((*store)->node_records().keep("record", Bytes::copy("of the node")));
      continue;
    }
    if (life == 2) {
      ASSERT_TRUE(put((*store)->snapshots(), full_group, SnapshotId(4),
                      {at(1, 3), Bytes::copy("anchor"), Bytes(std::string(5000, 's'))}));
      write.entries = {all.begin() + 6, all.end() - 2};
      write.prune = at(1, 3);
      write.snapshot = SnapshotRef{SnapshotId(4), at(1, 3)};
    } else {
      write.entries = {all.end() - 2, all.end()};
      write.hard = HardState{Term(6), MemberId{peer_named("p"), storage_named("s")}, Index(11)};
      ASSERT_TRUE((*store)->snapshots().stage(full_group, SnapshotId(9),
                                              {at(3, 12), {}, 0, Bytes::copy("contents")}));
      ASSERT_TRUE(
          (*store)->snapshots().put_part(full_group, {SnapshotId(9), 2}, as_bytes("second")));
    }
    ASSERT_TRUE((*store)->log().write(std::vector{write}));
  }
}

/// The files that make up a store: not RocksDB's diary, lock and options.
void keep_files(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::create_directories(to);
  for (const auto& file : fs::directory_iterator(from)) {
    const std::string name = file.path().filename().string();
    if (file.is_regular_file() && name != "LOCK" && !name.starts_with("LOG") &&
        !name.starts_with("OPTIONS") && file.file_size() > 0) {
      fs::copy_file(file.path(), to / name);
    }
  }
}

TEST(GoldenStore, OneOfFormat1HoldsWhatWasPutIntoIt) {
  const TemporaryFolder folder;
  if (std::getenv("TESSERA_REWRITE_GOLDEN") != nullptr) {
    write_golden(folder / "new");
    keep_files(folder / "new", golden_store);
  }
  ASSERT_TRUE(fs::exists(golden_store / "FORMAT")) << golden_store;
  copy_store(golden_store, folder / "store");
  const auto opened = open_golden(folder / "store");
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  Store& store = **opened;
  EXPECT_EQ(store.run().starts, 4u);
  EXPECT_EQ(store.node_records().kept("record")->text(), "of the node");
  EXPECT_EQ(store.log().groups()->size(), 2u);

  const auto record = store.log().open(full_group);
  ASSERT_TRUE(record.has_value()) << record.error().message();
  EXPECT_EQ(record->storage, storage_named("full"));
  EXPECT_EQ(record->genesis, genesis_named("full"));
  EXPECT_EQ(record->founding.text(), "founding record");
  EXPECT_EQ(record->witness.text(), "witness record");
  EXPECT_EQ(record->hard,
            (HardState{Term(6), MemberId{peer_named("p"), storage_named("s")}, Index(11)}));
  EXPECT_EQ(record->base, at(1, 3));
  EXPECT_EQ(record->last, at(3, 14));
  EXPECT_EQ(record->runs,
            (std::vector<TermRun>{{Term(1), Index(4)}, {Term(2), Index(5)}, {Term(3), Index(10)}}));
  EXPECT_EQ(record->landmarks, (std::vector<Landmark>{{EntryKind::genesis, Index(5)},
                                                      {EntryKind::membership, Index(9)},
                                                      {EntryKind::settings, Index(10)},
                                                      {EntryKind::genesis, Index(12)}}));
  EXPECT_EQ(record->snapshot, (SnapshotRef{SnapshotId(4), at(1, 3)}));
  const auto all = golden_entries();
  EXPECT_EQ(all_entries(store.log(), full_group), std::vector(all.begin() + 3, all.end()));

  const auto other = store.log().open(founded_group);
  ASSERT_TRUE(other.has_value()) << other.error().message();
  EXPECT_EQ(other->storage, storage_named("founded"));
  EXPECT_EQ(other->founding.text(), "only a founding");
  EXPECT_EQ(other->last, Cursor{});
}

TEST(GoldenStore, OneOfFormat1HoldsItsSnapshots) {
  const TemporaryFolder folder;
  copy_store(golden_store, folder / "store");
  const auto store = open_golden(folder / "store");
  ASSERT_TRUE(store.has_value()) << store.error().message();
  SnapshotStore& held = (*store)->snapshots();
  EXPECT_EQ(*held.held(full_group), (std::vector{SnapshotId(4), SnapshotId(9)}));
  const auto whole = load(held, full_group, SnapshotId(4));
  ASSERT_TRUE(whole.has_value()) << whole.error().message();
  EXPECT_EQ(whole->position, at(1, 3));
  EXPECT_EQ(whole->anchor.text(), "anchor");
  EXPECT_EQ(whole->state.text(), std::string(5000, 's'));
  const auto begun = held.find(full_group, SnapshotId(9));
  ASSERT_TRUE(begun.has_value());
  EXPECT_FALSE(begun->complete);
  EXPECT_EQ(begun->manifest, (SnapshotManifest{at(3, 12), {}, 0, Bytes::copy("contents")}));
  EXPECT_EQ(held.part(full_group, {SnapshotId(9), 2})->text(), "second");
}

/// What is in `meta` is named here, so that a key that changes is noticed even where it could be
/// read either way.
TEST(GoldenStore, OneOfFormat1HasTheseRecords) {
  const TemporaryFolder folder;
  copy_store(golden_store, folder / "store");
  EXPECT_EQ(watermark_of(folder / "store")->starts, 3u);
  EXPECT_EQ(fs::file_size(folder / "store" / "WATERMARK"),
            rocks::watermark_slot_bytes * rocks::watermark_slots);
  const RawDatabase database(folder / "store");
  std::vector<std::string> kinds;
  for (const std::string& key : database.keys(1)) {
    kinds.push_back(key.substr(0, key.find('/')));
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"identity", "identity", "node", "positions",
                                             "positions", "run", "store", "synced", "witness"}));
  EXPECT_EQ(database.keys(2).size(), 3u);
}

}  // namespace
}  // namespace tessera::storage
