#include <tessera/conformance/runner.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

/// Every run that once found something and was kept (tests/scenarios/seeds): it finds nothing now.
namespace tessera::sim {
namespace {

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(TESSERA_SAVED_SCHEDULES)) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class SavedSchedule : public testing::TestWithParam<std::string> {};

TEST_P(SavedSchedule, FindsNothingAnyMore) {
  const auto schedule = read_schedule(TESSERA_SAVED_SCHEDULES "/" + GetParam() + ".txt");
  ASSERT_TRUE(schedule.has_value()) << schedule.error().message();
  const RunReport report = run_twice(*schedule);
  EXPECT_FALSE(report.failure.has_value()) << *report.failure;
}

INSTANTIATE_TEST_SUITE_P(Files, SavedSchedule, testing::ValuesIn(files()),
                         [](const auto& file) { return file.param; });

}  // namespace
}  // namespace tessera::sim
