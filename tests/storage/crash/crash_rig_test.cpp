#include "crash_rig.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
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

}  // namespace
}  // namespace tessera::storage
