#include "raw_database.h"
#include "store_files.h"
#include "store_words.h"
#include "temporary_folder.h"
#include "whole_snapshot.h"
#include <tessera/storage/rocks/internal/keys.h>
#include <tessera/storage/rocks/rocks_store.h>
#include <tessera/storage/rocks/stopped_store.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace tessera::storage {
namespace {

using namespace testing;

constexpr std::size_t meta = 1;
constexpr std::size_t log_family = 2;
constexpr std::size_t snapshots = 3;

/// A store with a group of four packs, a snapshot in force and one that is being put together.
class StoppedStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().message();
    ASSERT_TRUE(put((*store)->snapshots(), group, SnapshotId(1),
                    {at(1, 2), Bytes::copy("anchor"), Bytes(std::string(3 << 20, 's'))}));
    for (std::uint64_t first = 1; first <= 31; first += 10) {
      GroupWrite one = write_of(group, commands({1, first, first + 9}));
      one.genesis = genesis_named("genesis");
      ASSERT_TRUE((*store)->log().write(std::vector{one}));
    }
    GroupWrite with_snapshot;
    with_snapshot.group = group;
    with_snapshot.snapshot = SnapshotRef{SnapshotId(1), at(1, 2)};
    with_snapshot.hard = HardState{Term(3), MemberId{peer_named("voted for"), {}}, Index(39)};
    ASSERT_TRUE((*store)->log().write(std::vector{with_snapshot}));
    const SnapshotManifest staged{at(1, 30), Bytes::copy("anchor"), 3, {}};
    ASSERT_TRUE((*store)->snapshots().stage(group, SnapshotId(2), staged));
    const Bytes part(std::string(1000, 'p'));
    ASSERT_TRUE((*store)->snapshots().put_part(group, {SnapshotId(2), 3}, part.view()));
  }

  [[nodiscard]] std::filesystem::path path() const { return folder_ / "store"; }
  Result<std::unique_ptr<Store>> open() {
    RocksOptions options;
    options.path = path();
    return open_rocks_store(options, peer_named("owner"));
  }
  ExaminedStore examine() {
    const auto store = open_stopped_store(path());
    EXPECT_TRUE(store.has_value()) << store.error().message();
    auto examined = (*store)->examine();
    EXPECT_TRUE(examined.has_value()) << examined.error().message();
    return *std::move(examined);
  }
  /// One thing is damaged; says which.
  Damage only_damage() {
    ExaminedStore examined = examine();
    std::string all;
    for (const Damage& each : examined.damage) all += each.check.message() + "\n";
    EXPECT_EQ(examined.damage.size(), 1u) << all;
    if (examined.damage.empty()) return Damage{{}, {}, {}, Error(Errc::not_found, "none")};
    return std::move(examined.damage.front());
  }
  void damage(const std::function<void(RawDatabase&)>& how) {
    RawDatabase database(path());
    how(database);
  }
  static void flip(RawDatabase& database, std::size_t family, const std::string& key) {
    std::string value = database.get(family, key);
    value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 0x10);
    database.put(family, {key, value});
  }

  struct FileState {
    std::string content;
    std::int64_t changed = 0;  ///< in nanoseconds
    bool operator==(const FileState&) const = default;
  };
  /// Every file and folder of the store's, with the time of its last change.
  [[nodiscard]] std::map<std::string, FileState> files() const {
    std::map<std::string, FileState> all;
    const auto add = [&](const std::filesystem::path& file) {
      struct stat state {};
      EXPECT_EQ(stat(file.c_str(), &state), 0);
      FileState& kept = all[file.string()];
      kept.changed = state.st_ctim.tv_sec * 1'000'000'000 + state.st_ctim.tv_nsec;
      if (S_ISREG(state.st_mode)) {
        std::ifstream in(file, std::ios::binary);
        kept.content.assign(std::istreambuf_iterator<char>(in), {});
      }
    };
    add(path());
    for (const auto& each : std::filesystem::recursive_directory_iterator(path())) {
      add(each.path());
    }
    return all;
  }

  TemporaryFolder folder_;
  const GroupId group = group_named("group");
};

TEST_F(StoppedStoreTest, SaysWhatIsHeldAndWhose) {
  const ExaminedStore examined = examine();
  EXPECT_EQ(examined.format, 1u);
  EXPECT_EQ(examined.owner, peer_named("owner"));
  EXPECT_EQ(examined.starts, 1u);
  EXPECT_TRUE(examined.damage.empty());
  ASSERT_EQ(examined.groups.size(), 1u);
  const ExaminedGroup& found = examined.groups.front();
  EXPECT_EQ(found.group, group);
  ASSERT_TRUE(found.record.has_value());
  EXPECT_EQ(found.record->hard.term, Term(3));
  EXPECT_EQ(found.record->hard.vote->peer, peer_named("voted for"));
  EXPECT_EQ(found.record->last, at(1, 40));
  EXPECT_EQ(found.entries, 40u);
  EXPECT_GT(found.log_bytes, 40u);
  ASSERT_EQ(found.snapshots.size(), 2u);
  EXPECT_TRUE(found.snapshots[0].in_force);
  EXPECT_TRUE(found.snapshots[0].stored->complete);
  EXPECT_EQ(found.snapshots[0].parts_sound, 3u);
  EXPECT_EQ(found.snapshots[0].bytes, std::uint64_t{3} << 20);
  EXPECT_FALSE(found.snapshots[1].in_force);
  EXPECT_FALSE(found.snapshots[1].stored->complete);
  EXPECT_EQ(found.snapshots[1].parts_sound, 1u);
}

TEST_F(StoppedStoreTest, NothingInTheFolderIsChanged) {
  const auto before = files();
  ASSERT_GT(before.size(), 5u);
  examine();
  {
    const auto store = open_stopped_store(path());
    EXPECT_TRUE(load((*store)->snapshots(), group, SnapshotId(1)).has_value());
    EXPECT_EQ(all_entries((*store)->log(), group).size(), 40u);
    const auto written = (*store)->log().write(std::vector{write_of(group, commands({1, 41, 41}))});
    ASSERT_FALSE(written.has_value());
    EXPECT_TRUE(written.error().is(Errc::not_allowed)) << written.error().message();
    const Bytes part(std::string(1 << 20, 'p'));
    EXPECT_FALSE((*store)->snapshots().put_part(group, {SnapshotId(2), 1}, part.view()));
    EXPECT_FALSE((*store)->snapshots().drop_unused(group, {}));
    EXPECT_FALSE((*store)->log().erase(group));
  }
  const auto after = files();
  for (const auto& [name, state] : before) {
    ASSERT_TRUE(after.contains(name)) << name;
    EXPECT_EQ(after.at(name), state) << name;
  }
  EXPECT_EQ(after.size(), before.size());
}

TEST_F(StoppedStoreTest, OneThatHasLostWhatItPromisedSaysSo) {
  EXPECT_TRUE(open_stopped_store(path()).value()->keeps_promises());
  cut_file(newest_file(path(), ".log"), 1);
  const Damage damage = only_damage();
  EXPECT_FALSE(damage.group.has_value());
  EXPECT_NE(damage.check.message().find("WATERMARK"), std::string::npos) << damage.check.message();
  const auto kept = open_stopped_store(path()).value()->keeps_promises();
  ASSERT_FALSE(kept.has_value());
  EXPECT_TRUE(kept.error().is(Errc::damaged));
}

TEST_F(StoppedStoreTest, IsReadWhereNothingMayBeWritten) {
  using std::filesystem::perms;
  for (const auto& each : std::filesystem::recursive_directory_iterator(path())) {
    const perms read =
        each.is_directory() ? perms::owner_read | perms::owner_exec : perms::owner_read;
    std::filesystem::permissions(each.path(), read);
  }
  std::filesystem::permissions(path(), perms::owner_read | perms::owner_exec);
  // Root may write everywhere: another user reads.
  const pid_t reader = fork();
  ASSERT_GE(reader, 0);
  if (reader == 0) {
    if (geteuid() == 0) {
      constexpr uid_t nobody = 65534;
      std::filesystem::permissions(folder_.path(), perms::all);
      for (const auto& each : std::filesystem::recursive_directory_iterator(folder_.path())) {
        if (chown(each.path().c_str(), nobody, nobody) != 0) _exit(10);
      }
      if (setgid(nobody) != 0 || setuid(nobody) != 0) _exit(11);
    }
    const auto store = open_stopped_store(path());
    if (!store) _exit(12);
    const auto examined = (*store)->examine();
    _exit(examined && examined->damage.empty() && examined->groups.size() == 1 ? 0 : 13);
  }
  int ended = -1;
  waitpid(reader, &ended, 0);
  EXPECT_EQ(ended, 0) << "exit code " << WEXITSTATUS(ended);
  std::filesystem::permissions(path(), perms::owner_all);
  for (const auto& each : std::filesystem::recursive_directory_iterator(path())) {
    std::filesystem::permissions(each.path(), perms::owner_all);
  }
}

TEST_F(StoppedStoreTest, AStoreInUseIsRefusedAndStaysInUse) {
  const auto running = open();
  ASSERT_TRUE(running.has_value());
  const auto refused = open_stopped_store(path());
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(refused.error().is(Errc::io_failed));
  EXPECT_NE(refused.error().message().find("in use by this process"), std::string::npos)
      << refused.error().message();
  EXPECT_TRUE((*running)->log().write(std::vector{write_of(group, commands({1, 41, 41}))}));
}

TEST_F(StoppedStoreTest, NoNodeOpensAStoreThatIsRead) {
  {
    const auto reading = open_stopped_store(path());
    ASSERT_TRUE(reading.has_value());
    const auto second = open_stopped_store(path());
    EXPECT_FALSE(second.has_value());  // within one process there is one
    const pid_t node = fork();
    if (node == 0) {
      const auto opened = open();
      _exit(!opened && opened.error().message().find("in use") != std::string::npos ? 0 : 1);
    }
    int ended = -1;
    waitpid(node, &ended, 0);
    EXPECT_EQ(ended, 0);
  }
  EXPECT_TRUE(open().has_value());
}

TEST_F(StoppedStoreTest, WhatIsNoStoreIsNotFoundAndANewerOneIsNamed) {
  EXPECT_TRUE(open_stopped_store(folder_ / "none").error().is(Errc::not_found));
  EXPECT_TRUE(open_stopped_store(folder_.path()).error().is(Errc::not_found));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "none"));
  std::ofstream(path() / "FORMAT") << "tessera store, format 27\n";
  const auto newer = open_stopped_store(path());
  ASSERT_FALSE(newer.has_value());
  EXPECT_TRUE(newer.error().is(Errc::version_mismatch));
  EXPECT_NE(newer.error().message().find("format 27"), std::string::npos);
  EXPECT_NE(newer.error().message().find("format 1"), std::string::npos);
}

TEST_F(StoppedStoreTest, MangledEntriesAreNamedAndTheRestIsRead) {
  damage([&](RawDatabase& database) {
    flip(database, log_family, rocks::pack_key(group, Index(21)));
  });
  const Damage found = only_damage();
  EXPECT_EQ(found.group, group);
  EXPECT_EQ(found.index, Index(21));
  EXPECT_NE(found.check.message().find("fail their checksum"), std::string::npos)
      << found.check.message();
  EXPECT_EQ(examine().groups.front().entries, 30u);
}

TEST_F(StoppedStoreTest, EachStretchOfDamageIsNamedOnce) {
  damage([&](RawDatabase& database) {
    flip(database, log_family, rocks::pack_key(group, Index(1)));
    database.erase(log_family, rocks::pack_key(group, Index(21)));
    flip(database, log_family, rocks::pack_key(group, Index(31)));
  });
  const ExaminedStore examined = examine();
  ASSERT_EQ(examined.damage.size(), 3u);
  EXPECT_EQ(examined.damage[0].index, Index(1));
  EXPECT_EQ(examined.damage[1].index, Index(21));
  EXPECT_NE(examined.damage[1].check.message().find("21 to 30 are missing"), std::string::npos)
      << examined.damage[1].check.message();
  EXPECT_EQ(examined.damage[2].index, Index(31));
  EXPECT_EQ(examined.groups.front().entries, 10u);
}

TEST_F(StoppedStoreTest, AMissingEndIsNamed) {
  damage([&](RawDatabase& database) {
    database.erase(log_family, rocks::pack_key(group, Index(31)));
  });
  const Damage found = only_damage();
  EXPECT_EQ(found.index, Index(31));
  EXPECT_NE(found.check.message().find("missing"), std::string::npos);
}

TEST_F(StoppedStoreTest, MangledRecordsAreNamed) {
  damage([&](RawDatabase& database) { flip(database, meta, rocks::positions_key(group)); });
  const Damage found = only_damage();
  EXPECT_EQ(found.group, group);
  EXPECT_NE(found.check.message().find("positions record"), std::string::npos);
  const ExaminedStore examined = examine();
  ASSERT_EQ(examined.groups.size(), 1u);
  EXPECT_FALSE(examined.groups.front().record.has_value());
  EXPECT_EQ(examined.groups.front().snapshots.size(), 2u);
}

TEST_F(StoppedStoreTest, AMangledOwnerIsNamedAndTheGroupsAreRead) {
  damage([&](RawDatabase& database) { flip(database, meta, "store"); });
  const Damage found = only_damage();
  EXPECT_FALSE(found.group.has_value());
  EXPECT_NE(found.check.message().find("owner"), std::string::npos);
  EXPECT_EQ(examine().groups.front().entries, 40u);
}

TEST_F(StoppedStoreTest, AMangledPartAndAMissingOneAreNamed) {
  damage([&](RawDatabase& database) {
    flip(database, snapshots, rocks::part_key(group, SnapshotId(1), 2));
    database.erase(snapshots, rocks::part_key(group, SnapshotId(1), 3));
  });
  const ExaminedStore examined = examine();
  ASSERT_EQ(examined.damage.size(), 2u);
  EXPECT_EQ(examined.damage[0].part->number, 2u);
  EXPECT_EQ(examined.damage[1].part->number, 3u);
  EXPECT_EQ(examined.groups.front().snapshots.front().parts_sound, 1u);
}

TEST_F(StoppedStoreTest, AMissingSnapshotInForceIsNamed) {
  damage([&](RawDatabase& database) {
    for (const std::string& key : database.keys(snapshots)) {
      if (rocks::snapshot_of(group, key) == SnapshotId(1)) database.erase(snapshots, key);
    }
  });
  const Damage found = only_damage();
  EXPECT_EQ(found.part->snapshot, SnapshotId(1));
  EXPECT_NE(found.check.message().find("in force, is missing"), std::string::npos);
}

TEST_F(StoppedStoreTest, AFlippedBitInAFileIsNamed) {
  std::filesystem::path largest;
  for (const auto& each : std::filesystem::directory_iterator(path())) {
    if (each.path().extension() != ".sst") continue;
    if (largest.empty() || each.file_size() > std::filesystem::file_size(largest)) {
      largest = each.path();
    }
  }
  ASSERT_FALSE(largest.empty());
  std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100'000);
  const char before = static_cast<char>(file.peek());
  file.put(static_cast<char>(before ^ 1));
  file.close();
  const ExaminedStore examined = examine();
  ASSERT_EQ(examined.damage.size(), 2u);
  EXPECT_NE(examined.damage[0].check.message().find(largest.filename().string()), std::string::npos)
      << examined.damage[0].check.message();
  EXPECT_TRUE(examined.damage[1].part.has_value());
}

}  // namespace
}  // namespace tessera::storage
