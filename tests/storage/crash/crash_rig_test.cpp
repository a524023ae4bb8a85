#include "crash_rig.h"

#include "../whole_snapshot.h"
#include "recording_file_system.h"
#include "simulated_disk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

namespace tessera::storage {
namespace {

using namespace testing;

[[nodiscard]] std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

/// The whole of it is `scripts/crash-rig`; here, some points of a short run.
TEST(CrashRig, AStoreIsLegalAfterAPowerLossAtAnyOperation) {
  CrashRig rig({.seed = from_environment("TESSERA_CRASH_SEED", 1),
                .steps = from_environment("TESSERA_CRASH_STEPS", 250)});
  ASSERT_EQ(rig.misstep(), "");
  const std::uint64_t points = from_environment("TESSERA_CRASH_POINTS", 60);
  const std::uint64_t jobs = from_environment("TESSERA_CRASH_JOBS", 1);
  const std::uint64_t stride = std::max<std::uint64_t>(1, rig.operations() / points);
  const std::uint64_t first = stride * from_environment("TESSERA_CRASH_JOB", 0);
  std::size_t crashes = 0;
  std::size_t violations = 0;
  for (std::uint64_t count = first; count <= rig.operations(); count += stride * jobs) {
    ++crashes;
    const std::string wrong = rig.crash_behind(count, count + 1);
    if (!wrong.empty() && ++violations <= 20) {
      ADD_FAILURE() << wrong;
    }
    if (crashes % 1000 == 0) {
      std::cout << crashes << " crashes, " << violations << " violations\n" << std::flush;
    }
  }
  std::cout << rig.steps() << " calls of the store, " << rig.operations()
            << " operations of the disk, " << crashes << " crashes, " << violations
            << " violations\n";
}

/// What was dropped may be back, but never in part: who finds its manifest relies on its parts.
TEST(CrashRig, ADroppedSnapshotIsThereAsAWholeOrNotAtAll) {
  const TemporaryFolder folder = TemporaryFolder::in_memory();
  const auto path = folder / "store";
  std::filesystem::create_directories(path);
  const GroupId group = group_named("group");
  DiskOperations operations;
  std::size_t before = 0;
  {
    const auto env = recording_environment(path, operations);
    const auto store = open_small_store(path, env.get());
    ASSERT_TRUE(store.has_value()) << store.error().message();
    const Bytes state(std::string(std::size_t{8} << 20U, 's'));
    ASSERT_TRUE(
        put((*store)->snapshots(), group, SnapshotId(1), {at(1, 2), Bytes::copy("anchor"), state}));
    before = operations.size();
    ASSERT_TRUE(drop_unused((*store)->snapshots(), group, SnapshotId(2)));
  }
  SimulatedDisk disk;
  std::size_t back = 0;
  for (std::size_t count = 0; count < operations.size(); ++count) {
    disk.apply(operations.all()[count]);
    if (count < before) continue;
    for (std::uint64_t draw = 1; draw <= 8; ++draw) {
      Random random(draw);
      disk.after_power_loss(random).write_to(path);
      const auto opened = open_small_store(path, rocksdb::Env::Default());
      ASSERT_TRUE(opened.has_value()) << opened.error().message();
      const auto found = (*opened)->snapshots().find(group, SnapshotId(1));
      if (!found) continue;
      ++back;
      for (std::uint32_t part = 1; part <= found->manifest.parts; ++part) {
        const auto held = required_part((*opened)->snapshots(), group, {SnapshotId(1), part});
        ASSERT_TRUE(held.has_value()) << held.error().message();
      }
    }
  }
  EXPECT_GT(back, 0u) << "no crash came before the end of the deletion";
}

TEST(CrashRig, ACrashDuringTheStartThatFollowsACrashLosesNothingMore) {
  CrashRig rig({.seed = from_environment("TESSERA_CRASH_SEED", 1) + 1, .steps = 200});
  ASSERT_EQ(rig.misstep(), "");
  const std::uint64_t points = from_environment("TESSERA_CRASH_TWICE", 1);
  std::size_t crashes = 0;
  for (std::uint64_t i = 1; i <= points && !HasFailure(); ++i) {
    EXPECT_EQ(rig.crash_twice_behind(rig.operations() * i / (points + 1), i, crashes), "");
  }
  std::cout << points << " starts, " << crashes << " crashes during them\n";
}

/// `image` with the beginning of `write` lost, if that is the last one to the MANIFEST in use: what
/// is left of a write that reaches from one sector into the next.
[[nodiscard]] std::optional<DiskImage> with_torn_manifest(DiskImage image,
                                                          const DiskOperation& write) {
  const auto current = image.files.find("CURRENT");
  if (write.kind != DiskOperation::Kind::write || current == image.files.end()) {
    return std::nullopt;
  }
  const std::string name = current->second.substr(0, current->second.size() - 1);
  const auto manifest = image.files.find(name);
  if (manifest == image.files.end() || !manifest->second.ends_with(write.data) ||
      manifest->second.size() != write.offset + write.data.size()) {
    return std::nullopt;
  }
  manifest->second.replace(write.offset, 2, 2, '\0');
  return image;
}

/// A start begins a MANIFEST, of which nothing was on record before. Found by the rig.
TEST(CrashRig, AStartMayLosePowerWhileItWritesToTheManifestThatItBegan) {
  const TemporaryFolder folder = TemporaryFolder::in_memory();
  const auto path = folder / "store";
  const auto crashed = folder / "crashed";
  DiskImage before;
  for (const std::string start : {"the first", "the second"}) {
    DiskOperations operations;
    ASSERT_EQ(record_start(before, path, operations), "");
    SimulatedDisk disk(before);
    std::size_t torn = 0;
    for (const DiskOperation& operation : operations.all()) {
      disk.apply(operation);
      const auto image = with_torn_manifest(disk.now(), operation);
      if (!image) continue;
      ++torn;
      image->write_to(crashed);
      const auto opened = open_small_store(crashed, rocksdb::Env::Default());
      EXPECT_TRUE(opened.has_value())
          << start << " start, " << to_string(operation) << ": " << opened.error().message();
    }
    EXPECT_GT(torn, 0u) << "nothing was written to the MANIFEST by " << start << " start";
    before = DiskImage::of(path);
  }
}

}  // namespace
}  // namespace tessera::storage
