#include "brute_force.h"
#include "history_reader.h"
#include "linearizability.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

// The histories of good/ and bad/: one file for each thing that can be right or wrong.

namespace tessera::histories::testing {
namespace {

/// The definition is tried on histories of up to so many operations.
constexpr std::size_t small_max = 12;

std::vector<std::string> examples(const std::string& folder) {
  std::vector<std::string> paths;
  const std::filesystem::path root(TESSERA_HISTORIES);
  for (const auto& each : std::filesystem::directory_iterator(root / folder)) {
    paths.push_back(each.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

void expect_all(const std::string& folder, Verdict expected) {
  const auto paths = examples(folder);
  EXPECT_GE(paths.size(), 18U);
  for (const std::string& path : paths) {
    const auto history = read_history_file(path);
    ASSERT_TRUE(history) << history.error().message();
    EXPECT_EQ(judge(*history).verdict, expected) << path;
    if (history->size() > small_max) continue;
    EXPECT_EQ(linearizable_by_definition(*history), expected == Verdict::linearizable) << path;
  }
}

TEST(HistoryExamples, GoodOnesAreAccepted) { expect_all("good", Verdict::linearizable); }

TEST(HistoryExamples, BadOnesAreRejected) { expect_all("bad", Verdict::not_linearizable); }

}  // namespace
}  // namespace tessera::histories::testing
