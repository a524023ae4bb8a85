#include "play.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

/// Every file of this folder, one test each.
namespace tessera::scenarios {
namespace {

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(TESSERA_SCENARIOS)) {
    const auto& path = entry.path();
    if (path.extension() == ".txt" && path.filename() != "CMakeLists.txt") {
      names.push_back(path.stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, GoesAsItsTranscriptSays) {
  const Script script = read_script(TESSERA_SCENARIOS "/" + GetParam() + ".txt");
  const std::string differs = difference(script, play(script));
  EXPECT_TRUE(differs.empty()) << differs;
}

INSTANTIATE_TEST_SUITE_P(Files, Scenario, testing::ValuesIn(files()),
                         [](const auto& file) { return file.param; });

}  // namespace
}  // namespace tessera::scenarios
