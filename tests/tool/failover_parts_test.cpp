#include <tessera/runtime/tool/bench/failover_report.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tessera::tool::bench {
namespace {

FailoverRound round_of(const char* way, double resumed) {
  FailoverRound round;
  round.way = way;
  round.resumed = resumed;
  round.longest = resumed / 2;
  round.failed = 1;
  return round;
}

TEST(FailoverReport, CountsInTheGroupsOwnTimes) {
  FailoverRun run;
  run.heartbeat = 0.1;
  run.election_timeout = 0.5;
  run.rounds = {round_of("kill", 1.5), round_of("close", 0.02), round_of("kill", 0.75),
                round_of("kill", 1)};
  const auto report = failover_json({}, run);
  EXPECT_EQ(report.at("rounds").size(), 4U);
  EXPECT_EQ(report.at("rounds").at(0).at("resumed_election_timeouts").get<double>(), 3);
  const auto& kill = report.at("outcomes").at("kill");
  EXPECT_EQ(kill.at("rounds").get<int>(), 3);
  EXPECT_EQ(kill.at("least_seconds").get<double>(), 0.75);
  EXPECT_EQ(kill.at("median_seconds").get<double>(), 1);
  EXPECT_EQ(kill.at("most_seconds").get<double>(), 1.5);
  EXPECT_EQ(kill.at("median_election_timeouts").get<double>(), 2);
  EXPECT_EQ(kill.at("most_election_timeouts").get<double>(), 3);
  EXPECT_EQ(kill.at("longest_write_seconds").get<double>(), 0.5);
  EXPECT_EQ(kill.at("failed").get<int>(), 3);
  EXPECT_NEAR(report.at("outcomes").at("close").at("most_heartbeats").get<double>(), 0.2, 1e-9);

  const std::string text = failover_table(run);
  EXPECT_LT(text.find("kill"), text.find("close")) << "in the order in which they came";
  EXPECT_NE(text.find("1000.0 ms"), std::string::npos) << text;
  EXPECT_NE(text.find("Election timeout 500 ms, heartbeat 100 ms"), std::string::npos) << text;
}

}  // namespace
}  // namespace tessera::tool::bench
