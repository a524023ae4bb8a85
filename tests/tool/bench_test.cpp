#include "../storage/temporary_folder.h"
#include "program.h"

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

/// `tessera bench catchup` on real members, small enough for every run of the tests.
namespace tessera::tool::testing {
namespace {

using nlohmann::json;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A run with little of everything, and what `words` add.
Ended small_run(const Words& words) {
  Words all = {"bench", "catchup", "--entries", "2000", "--load", "50"};
  all.insert(all.end(), words.begin(), words.end());
  return run(all);
}

TEST(BenchCatchup, ComparesStrategiesInATableAFileAndAPicture) {
  const storage::testing::TemporaryFolder folder;
  const std::string numbers = (folder / "runs.json").string();
  const std::string picture = (folder / "runs.svg").string();
  const Ended ended =
      small_run({"--strategy", "log,snapshot", "--json", numbers, "--plot", picture});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  for (const char* row : {"CATCH-UP", "time until all is applied", "time until it votes",
                          "entries a second", "bytes on the wire", "leader's p99 meanwhile",
                          "peak memory", "loopback", "pipeline bound"}) {
    EXPECT_TRUE(contains(ended.out, row)) << row << "\n" << ended.out;
  }
  EXPECT_FALSE(contains(ended.talk, "\x1b[")) << "motion without a terminal";

  const json report = json::parse(std::ifstream(numbers));
  ASSERT_EQ(report.at("runs").size(), 2U);
  EXPECT_EQ(report.at("runs").at(0).at("strategy"), "log");
  EXPECT_EQ(report.at("runs").at(1).at("strategy"), "snapshot");
  for (const json& each : report.at("runs")) {
    const double values = 2000.0 * 256;
    EXPECT_EQ(each.at("bytes").get<double>(), values);
    EXPECT_EQ(each.at("sessions").get<double>(), 1);
    EXPECT_GE(each.at("wire_received").get<double>(), values) << "they cannot be compressed";
    EXPECT_GE(each.at("served").get<double>(), values);
    EXPECT_GE(each.at("votes_seconds").get<double>(), each.at("session_seconds").get<double>());
    EXPECT_GT(each.at("puts_meanwhile").get<int>(), 0);
    EXPECT_GT(each.at("bound_mb_per_second").get<double>(), 0);
    EXPECT_GT(each.at("samples").size(), 1U);
    EXPECT_FALSE(each.at("digest").get<std::string>().empty());
  }

  boost::property_tree::ptree svg;
  ASSERT_NO_THROW(boost::property_tree::read_xml(picture, svg));
  EXPECT_EQ(svg.get_child("svg").count("polyline"), 4U) << "two curves in two panels";
}

TEST(BenchCatchup, AStateThatChangedALittleTakesLittle) {
  const Ended ended = run({"bench", "catchup", "--state", "20000", "--changed", "0.001", "--quiet",
                           "--load", "0", "--sources", "1", "--json", "-"});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  EXPECT_EQ(ended.talk, "");
  const json report = ended.json();
  const json& only = report.at("runs").at(0);
  EXPECT_EQ(only.at("entries").get<double>(), 20);
  EXPECT_LE(only.at("from_sources").size(), 1U);
  EXPECT_LT(only.at("wire_received").get<double>(), 20'000.0 * 256 / 2);
}

TEST(BenchCatchup, AMemberWithoutItsStoreGetsTheWholeState) {
  const Ended ended = small_run({"--state", "3000", "--wipe", "--quiet", "--json", "-"});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  const json report = ended.json();
  EXPECT_EQ(report.at("runs").at(0).at("bytes").get<double>(), 3000.0 * 256);
  EXPECT_GE(report.at("runs").at(0).at("wire_received").get<double>(), 3000.0 * 256);
}

TEST(BenchCatchup, KnowsEveryStrategyAndBothKindsOfMachine) {
  const std::string all = "log,snapshot,snapshot-stored,diff,adaptive,adaptive-stored";
  const Ended ended = run({"bench", "catchup", "--state", "5000", "--changed", "0.1", "--batch",
                           "5", "--load", "0", "--quiet", "--strategy", all, "--json", "-"});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  const json report = ended.json();
  ASSERT_EQ(report.at("runs").size(), 6U);
  for (const json& each : report.at("runs")) {
    EXPECT_EQ(each.at("bytes").get<double>(), 500.0 * 256) << each.at("strategy");
    EXPECT_FALSE(each.at("digest").get<std::string>().empty());
  }
}

TEST(BenchCatchup, WhatIsSentTakesAsLongAsTheLineDoes) {
  const auto seconds_at = [](const char* bandwidth) {
    const Ended ended =
        run({"bench", "catchup", "--entries", "2000", "--load", "0", "--quiet", "--state", "4000",
             "--wipe", "--delay", "20", "--bandwidth", bandwidth, "--json", "-"});
    EXPECT_EQ(ended.code, 0) << ended.talk;
    return ended.json().at("runs").at(0).at("session_seconds").get<double>();
  };
  // Two sources, a connection each.
  const double megabytes = 4000.0 * 256 / 1e6;
  EXPECT_GE(seconds_at("0.5"), megabytes / 2 / 0.5 * 0.8);
}

TEST(BenchCatchup, ACrowdOfNewMembersIsComparedWithTheGroupAlone) {
  const storage::testing::TemporaryFolder folder;
  const std::string picture = (folder / "crowd.svg").string();
  const Ended ended = run({"bench", "catchup", "--state", "4000", "--joiners", "3", "--bulk-limit",
                           "2", "--repeat", "2", "--quiet", "--json", "-", "--plot", picture});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  const json report = ended.json();
  const json& crowd = report.at("crowds").at(0);
  ASSERT_EQ(crowd.at("rounds").size(), 2U);
  for (const json& round : crowd.at("rounds")) {
    EXPECT_GE(round.at("served").get<double>(), 3 * 4000.0 * 256);
    EXPECT_GT(round.at("quiet").at("puts").get<int>(), 0);
    EXPECT_GT(round.at("meanwhile").at("puts").get<int>(), 0);
    EXPECT_GT(round.at("p99_ratio").get<double>(), 0);
  }
  boost::property_tree::ptree svg;
  ASSERT_NO_THROW(boost::property_tree::read_xml(picture, svg));
  EXPECT_EQ(svg.get_child("svg").count("polyline"), 2U);
}

TEST(BenchCatchup, ACrowdMayBePutAside) {
  const storage::testing::TemporaryFolder folder;
  const Ended ended = run({"bench", "catchup", "--state", "4000", "--joiners", "2", "--quiet",
                           "--joiners-yield", "--joiners-folder", folder.path().string()});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  for (const char* words :
       {"only the processor time that nobody else wanted", "kept their data in "}) {
    EXPECT_NE(ended.out.find(words), std::string::npos) << ended.out;
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "nothing is left behind";
}

TEST(BenchCatchup, WithoutEncryptionSaysSo) {
  const storage::testing::TemporaryFolder folder;
  const std::string numbers = (folder / "runs.json").string();
  const std::string picture = (folder / "runs.svg").string();
  const Ended ended = small_run({"--plain", "--quiet", "--json", numbers, "--plot", picture});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  EXPECT_NE(ended.out.find("Links are NOT encrypted."), std::string::npos) << ended.out;
  const json report = json::parse(std::ifstream(numbers));
  EXPECT_EQ(report.at("options").at("encrypted"), false);
  EXPECT_FALSE(report.at("runs").at(0).at("digest").get<std::string>().empty());
  std::ifstream drawn(picture);
  const std::string svg(std::istreambuf_iterator<char>(drawn), {});
  EXPECT_NE(svg.find("Links are NOT encrypted"), std::string::npos);
}

TEST(BenchCatchup, LeavesNothingBehind) {
  const storage::testing::TemporaryFolder folder;
  const Ended ended = small_run({"--quiet", "--folder", folder.path().string()});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  EXPECT_NE(ended.out.find("Links are encrypted."), std::string::npos) << ended.out;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(BenchCatchup, OptionsThatMakeNoSenseAreAUsageError) {
  struct Case {
    Words words;
    const char* said;
  };
  const std::vector<Case> cases = {
      {{"--strategy", "snapshots"}, "there are log, snapshot, snapshot-stored, diff, adaptive"},
      {{"--members", "2"}, "--members is 2"},
      {{"--members", "5", "--sources", "1"}, "from 2 to 4"},
      {{"--changed", "0.5"}, "--state"},
      {{"--entries", "0"}, "nothing to catch up on"},
      {{"--value-size", "0"}, "--value-size is 0"},
      {{"--repeat", "0"}, "--repeat"},
      {{"--load", "-1"}, "--load"},
      {{"--batch", "0"}, "--batch is 0"},
      {{"--delay", "-1"}, "--delay"},
      {{"--bandwidth", "-1"}, "--bandwidth"},
      {{"--joiners", "51"}, "--joiners is 51"},
      {{"--joiners", "5"}, "--joiners wants"},
      {{"--joiners-yield"}, "there are no --joiners"},
  };
  for (const Case& each : cases) {
    Words words = {"bench", "catchup"};
    words.insert(words.end(), each.words.begin(), each.words.end());
    const Ended ended = run(words);
    EXPECT_EQ(ended.code, 2) << each.said << ended.talk;
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(contains(ended.talk, each.said)) << ended.talk;
  }
  EXPECT_EQ(run({"bench"}).code, 2);
}

}  // namespace
}  // namespace tessera::tool::testing
