#include "../storage/temporary_folder.h"
#include <tessera/runtime/tool/csv.h>
#include <tessera/runtime/tool/demo/chart.h>
#include <tessera/runtime/tool/demo/record.h>
#include <tessera/runtime/tool/demo/report.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tessera::tool::demo {
namespace {

Record finished_run() {
  Record record;
  record.data.name = "a <small> registry";
  record.data.items = "rows";
  record.data.rows = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
  record.load_began = Millis{1000};
  record.load_ended = Millis{3000};
  record.killed = Millis{1300};
  record.progress.acknowledged = 3;
  record.progress.acknowledged_at = {Millis{100}, Millis{250}, Millis{1900}};
  for (const char* name : {"node 1", "node 2"}) {
    Verdict verdict;
    verdict.name = name;
    verdict.digest = "d1";
    verdict.position = "2:9";
    verdict.size = verdict.found = 3;
    record.verdicts.push_back(verdict);
  }
  return record;
}

TEST(Record, GapIsTheLongestSilenceThatEndsAfterTheKill) {
  const Record::Gap gap = finished_run().gap();
  EXPECT_EQ(gap.from, Millis{1250});
  EXPECT_EQ(gap.to, Millis{2900});
}

TEST(Record, RunIsGoodIfAllHoldTheSameAndEverything) {
  const Record record = finished_run();
  EXPECT_TRUE(record.digests_agree());
  EXPECT_TRUE(record.complete());
}

TEST(Record, DifferingDigestsOrPositionsDoNotAgree) {
  Record digests = finished_run();
  digests.verdicts[1].digest = "d2";
  EXPECT_FALSE(digests.digests_agree());
  Record positions = finished_run();
  positions.verdicts[1].position = "2:8";
  EXPECT_FALSE(positions.digests_agree());
}

TEST(Record, MissingRowOrUnacknowledgedRowIsNotComplete) {
  Record missing = finished_run();
  missing.verdicts[1].found = 2;
  EXPECT_FALSE(missing.complete());
  Record unacknowledged = finished_run();
  unacknowledged.progress.acknowledged = 2;
  EXPECT_FALSE(unacknowledged.complete());
}

TEST(Record, RunWithoutVerdictsIsNotGood) {
  EXPECT_FALSE(Record().digests_agree());
  EXPECT_FALSE(Record().complete());
}

TEST(Report, PageStandsAloneAndEscapesWhatItShows) {
  const storage::testing::TemporaryFolder folder;
  Record record = finished_run();
  record.samples.push_back({Millis{500}, {1, 2, std::nullopt, std::nullopt}});
  ASSERT_TRUE(write_report(record, folder / "report.html"));
  const auto page = read_file(folder / "report.html");
  ASSERT_TRUE(page);
  EXPECT_NE(page->find("<svg"), std::string::npos);
  EXPECT_NE(page->find("a &lt;small&gt; registry"), std::string::npos);
  EXPECT_EQ(page->find("http"), std::string::npos);
}

TEST(Report, PlaceThatCannotBeWrittenIsNamed) {
  const auto written = write_report(finished_run(), "/nowhere/report.html");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message().find("/nowhere/report.html"), std::string::npos);
}

TEST(Report, JsonSaysWhetherTheRunIsGood) {
  Record record = finished_run();
  EXPECT_TRUE(report_json(record).at("ok").get<bool>());
  record.verdicts[0].digest = "d2";
  EXPECT_FALSE(report_json(record).at("ok").get<bool>());
}

}  // namespace
}  // namespace tessera::tool::demo
