#include "crash/workload.h"
#include "raw_database.h"
#include "store_files.h"
#include "temporary_folder.h"
#include <tessera/storage/rocks/internal/keys.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

/// One flipped bit anywhere in a store: it is noticed, or it makes no difference.
namespace tessera::storage {
namespace {

using namespace testing;
namespace fs = std::filesystem;

/// What came of a flipped bit.
struct Outcome {
  std::string lie;       ///< what differs from what was written, without an error; empty: nothing
  bool noticed = false;  ///< an error said so
};

/// A store that everything has been done to, closed, and what it holds.
class RocksBitRot : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(path);
    DiskOperations none;
    Workload workload(path, rocksdb::Env::Default(), none, 5);
    ASSERT_TRUE(workload.run(steps)) << workload.misstep();
    model = workload.history().last();
    // What is not synced is not promised.
    const auto store = open_small_store(path, rocksdb::Env::Default());
    ASSERT_TRUE(store.has_value()) << store.error().message();
    const Bytes record = Bytes::copy(model.node_record);
    ASSERT_TRUE((*store)->node_records().keep(node_record_name, record));
    GroupWrite write;
    write.group = model.groups.begin()->first;
    write.hard = model.groups.begin()->second->hard;
    ASSERT_TRUE((*store)->log().write(std::vector{write}));
  }

  /// What becomes of a copy of the store after `change`.
  template <class Change>
  Outcome after(const Change& change) {
    copy_store(path, copy);
    change(copy);
    Outcome outcome;
    const auto opened = open_small_store(copy, rocksdb::Env::Default());
    if (!opened) {
      const Error& error = opened.error();
      const bool told =
          error.is(Errc::damaged) || error.is(Errc::foreign) || error.is(Errc::version_mismatch);
      if (!told || error.message().find(copy.string()) == std::string::npos) {
        outcome.lie = "the store is not called damaged: " + error.message();
      }
      outcome.noticed = true;
      return outcome;
    }
    read_all(**opened, outcome);
    return outcome;
  }

  void read_all(Store& store, Outcome& outcome) {
    const auto kept = store.node_records().kept(node_record_name);
    expect(outcome, "the node's record", kept, [&] { return kept->text() == model.node_record; });
    for (const auto& [group, held] : model.groups) {
      const std::string name = group.brief();
      const auto record = store.log().open(group);
      const GroupRecord expected = held->record();
      expect(outcome, name, record, [&] {
        return record->hard == expected.hard && record->last == expected.last &&
               record->base == expected.base && record->runs == expected.runs &&
               record->landmarks == expected.landmarks && record->snapshot == expected.snapshot &&
               record->storage == expected.storage && record->genesis == expected.genesis;
      });
      for (const RawEntry& entry : held->entries) {
        const Index index = entry.position.index;
        const auto read = store.log().read(group, {index, index, SIZE_MAX});
        expect(outcome, name, read, [&] { return *read == std::vector{entry}; });
        if (!read && record && read.error().message().find("index") == std::string::npos) {
          outcome.lie = "no index is named: " + read.error().message();
        }
      }
      read_snapshots(store, group, *held, outcome);
    }
  }

  void read_snapshots(Store& store, GroupId group, const ModelGroup& held, Outcome& outcome) {
    for (const auto& each : held.snapshots) {
      const auto id = each.first;
      const auto& snapshot = each.second;
      const bool in_force = held.in_force && held.in_force->id == id;
      const auto found = store.snapshots().find(group, id);
      if (!in_force && is_missing(found, outcome)) continue;
      expect(outcome, group.brief(), found, [&] { return found->manifest == snapshot.manifest; });
      for (const auto& stored : snapshot.parts) {
        const SnapshotPart place{id, stored.first};
        const auto part = snapshot.complete ? required_part(store.snapshots(), group, place)
                                            : store.snapshots().part(group, place);
        if (!snapshot.complete && is_missing(part, outcome)) continue;
        expect(outcome, group.brief(), part, [&] { return part->text() == stored.second; });
      }
    }
  }

  /// What no snapshot in force needs may be gone: it is fetched or taken again.
  template <class T>
  static bool is_missing(const Result<T>& result, Outcome& outcome) {
    const bool missing = !result && result.error().is(Errc::not_found);
    outcome.noticed |= missing;
    return missing;
  }

  /// `result` is right, or says `damaged` and names `what`.
  template <class T, class Right>
  static void expect(Outcome& outcome, const std::string& what, const Result<T>& result,
                     const Right& right) {
    if (result.has_value()) {
      if (!right()) {
        outcome.lie = what + " is other than it was written";
      }
      return;
    }
    outcome.noticed = true;
    const Error& error = result.error();
    if (!error.is(Errc::damaged) || error.message().find(what) == std::string::npos) {
      outcome.lie = "not called damaged, or " + what + " not named: " + error.message();
    }
  }

  static constexpr std::size_t steps = 260;
  TemporaryFolder folder_ = TemporaryFolder::in_memory();
  const fs::path path = folder_ / "store";
  const fs::path copy = folder_ / "copy";
  StoreModel model;
};

TEST_F(RocksBitRot, ASoundCopyReadsAsWritten) {
  const Outcome outcome = after([](const fs::path&) {});
  EXPECT_EQ(outcome.lie, "");
  EXPECT_FALSE(outcome.noticed);
}

/// Past RocksDB's own checksums: as if the bit had flipped in memory.
TEST_F(RocksBitRot, ABitInAnyRecordIsNoticed) {
  Random random(7);
  std::size_t records = 0;
  for (const std::size_t family : {1, 2, 3}) {
    std::vector<std::string> keys;
    { keys = RawDatabase(path).keys(family); }
    for (const std::string& key : keys) {
      ++records;
      const Outcome outcome = after([&](const fs::path& store) {
        RawDatabase database(store);
        std::string value = database.get(family, key);
        char& byte = value[random.below(value.size())];
        byte = static_cast<char>(byte ^ (1 << random.below(8)));
        database.put(family, {key, value});
      });
      EXPECT_EQ(outcome.lie, "") << "family " << family << ", key " << key;
      // Packs below the base are garbage that nobody reads.
      EXPECT_TRUE(outcome.noticed || family == 2) << "family " << family << ", key " << key;
    }
  }
  EXPECT_GT(records, 15u);
  std::cout << records << " records\n";
}

/// On the disk itself, a sample of the bits of each file; with TESSERA_BIT_ROT_STRIDE=1 in every
/// byte, and with TESSERA_BIT_ROT_FILES only of files whose names begin with that.
TEST_F(RocksBitRot, ABitInAnyFileIsNoticedOrMakesNoDifference) {
  const char* text = std::getenv("TESSERA_BIT_ROT_STRIDE");
  const char* only = std::getenv("TESSERA_BIT_ROT_FILES");
  std::map<std::string, std::pair<std::size_t, std::size_t>> tried;  // kind of file: flips, noticed
  std::size_t lies = 0;
  for (const auto& entry : fs::directory_iterator(path)) {
    const fs::path name = entry.path().filename();
    if (!entry.is_regular_file() || name == "LOCK" || name.string().starts_with("LOG")) {
      continue;
    }
    if (only != nullptr && !name.string().starts_with(only)) continue;
    const auto size = static_cast<std::size_t>(entry.file_size());
    const std::size_t stride =
        text != nullptr ? std::stoul(text) : std::max<std::size_t>(1, size / 25);
    for (std::size_t offset = stride / 2; offset < size; offset += stride) {
      const Outcome outcome = after([&](const fs::path& store) {
        flip_in_file(store / name, static_cast<std::streamoff>(offset));
      });
      if (!outcome.lie.empty() && ++lies <= 20) {
        ADD_FAILURE() << name << ", byte " << offset << " of " << size << ": " << outcome.lie;
      }
      const std::string kind =
          name.has_extension() ? name.extension().string() : name.string().substr(0, 5);
      ++tried[kind].first;
      tried[kind].second += outcome.noticed ? 1 : 0;
    }
  }
  for (const auto& [kind, counts] : tried) {
    std::cout << kind << ": " << counts.first << " flips, " << counts.second << " noticed\n";
  }
  if (only != nullptr) return;
  EXPECT_EQ(tried.at(".log").first, tried.at(".log").second) << "all of it is promised";
  EXPECT_GT(tried.at(".sst").first, 0u);
}

}  // namespace
}  // namespace tessera::storage
