#include "../storage/temporary_folder.h"
#include "program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

/// `tessera bench failover` on real members, each way once.
namespace tessera::tool::testing {
namespace {

using nlohmann::json;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(BenchFailover, ComparesHowTheLeaderGoesInATableAndAFile) {
  const storage::testing::TemporaryFolder folder;
  const std::string numbers = (folder / "runs.json").string();
  const Ended ended = run({"bench", "failover", "--repeat", "1", "--warm-up", "0.2", "--rate",
                           "200", "--json", numbers, "--folder", folder.path().string()});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  for (const char* part : {"THE LEADER", "kill ", "transfer ", "close ", "ELECTION TIMEOUTS",
                           "Election timeout 1000 ms, heartbeat 100 ms", "Links are encrypted."}) {
    EXPECT_TRUE(contains(ended.out, part)) << part << "\n" << ended.out;
  }
  EXPECT_TRUE(contains(ended.talk, "transfer, 1 of 1")) << ended.talk;

  const json report = json::parse(std::ifstream(numbers));
  EXPECT_EQ(report.at("election_timeout_seconds").get<double>(), 1);
  EXPECT_EQ(report.at("heartbeat_seconds").get<double>(), 0.1);
  EXPECT_FALSE(report.at("digest").get<std::string>().empty());
  ASSERT_EQ(report.at("rounds").size(), 3U);
  for (const json& round : report.at("rounds")) {
    const auto resumed = round.at("resumed_seconds").get<double>();
    EXPECT_GT(resumed, 0) << round;
    EXPECT_GT(round.at("longest_write_seconds").get<double>(), 0) << round;
    EXPECT_GT(round.at("written").get<int>(), 0) << round;
    EXPECT_EQ(round.at("failed").get<int>(), 0) << round;
    EXPECT_NEAR(round.at("resumed_heartbeats").get<double>(), resumed * 10, 1e-6);
  }
  // A follower that heard of its leader just before it was killed waits for an election timeout: a
  // write that was committed sooner would be the old leader's, and none of those counts.
  const json& kill = report.at("rounds").at(0);
  EXPECT_GT(kill.at("resumed_election_timeouts").get<double>(), 0.5);
  EXPECT_GT(kill.at("longest_write_seconds").get<double>(), 0.5) << "some writes had to wait";
  const auto of = [&](const char* way) {
    return report.at("outcomes").at(way).at("median_seconds").get<double>();
  };
  EXPECT_LT(of("transfer"), of("kill"));
  EXPECT_LT(of("close"), of("kill"));
  for (const auto& left : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_FALSE(contains(left.path().string(), "tessera-bench")) << "left behind";
  }
}

TEST(BenchFailover, PrintsNumbersAloneIfAskedTo) {
  const Ended ended = run({"bench", "failover", "--how", "transfer", "--repeat", "2", "--warm-up",
                           "0.1", "--quiet", "--json", "-"});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  EXPECT_EQ(ended.talk, "");
  const json report = ended.json();
  EXPECT_EQ(report.at("rounds").size(), 2U);
  EXPECT_EQ(report.at("outcomes").size(), 1U);
  EXPECT_EQ(report.at("outcomes").at("transfer").at("rounds").get<int>(), 2);
}

TEST(BenchFailover, OptionsThatMakeNoSenseAreAUsageError) {
  struct Case {
    Words words;
    const char* said;
  };
  const std::vector<Case> cases = {
      {{"--members", "2"}, "--members is 2"},
      {{"--members", "16"}, "from 3 to 15"},
      {{"--how", "kill,nap"}, "kill, transfer, close"},
      {{"--repeat", "0"}, "--repeat is 0"},
      {{"--rate", "0"}, "--rate"},
      {{"--value-size", "0"}, "--value-size is 0"},
      {{"--warm-up", "-1"}, "--warm-up"},
  };
  for (const Case& each : cases) {
    Words words = {"bench", "failover"};
    words.insert(words.end(), each.words.begin(), each.words.end());
    const Ended ended = run(words);
    EXPECT_EQ(ended.code, 2) << each.said << ended.talk;
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(contains(ended.talk, each.said)) << ended.talk;
  }
}

}  // namespace
}  // namespace tessera::tool::testing
