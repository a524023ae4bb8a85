#include "../storage/temporary_folder.h"
#include "program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

/// `tessera bench write` and `tessera bench read` on real members, small enough for every run of
/// the tests.
namespace tessera::tool::testing {
namespace {

using nlohmann::json;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Ended small_run(const char* work, const Words& words) {
  Words all = {"bench", work, "--seconds", "0.4", "--warm-up", "0.2"};
  all.insert(all.end(), words.begin(), words.end());
  return run(all);
}

TEST(BenchWrite, ComparesPlacesInATableAndFiles) {
  const storage::testing::TemporaryFolder folder;
  const std::string numbers = (folder / "runs.json").string();
  const std::string lines = (folder / "runs.csv").string();
  const std::string picture = (folder / "runs.svg").string();
  const Ended ended =
      small_run("write", {"--clients", "8", "--at", "leader,follower", "--json", numbers, "--csv",
                          lines, "--plot", picture, "--folder", folder.path().string()});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  for (const char* part :
       {"WRITES", "8 clients, 256 B, leader, fsync", "8 clients, 256 B, follower", "P99.9",
        "cipher, one core", "Links are encrypted."}) {
    EXPECT_TRUE(contains(ended.out, part)) << part << "\n" << ended.out;
  }
  EXPECT_FALSE(contains(ended.talk, "\x1b[")) << "motion without a terminal";

  const json report = json::parse(std::ifstream(numbers));
  ASSERT_EQ(report.at("runs").size(), 2U);
  for (const json& each : report.at("runs")) {
    EXPECT_GT(each.at("calls").get<int>(), 0);
    EXPECT_EQ(each.at("failed").get<int>(), 0) << each.at("problem");
    EXPECT_GT(each.at("p99_seconds").get<double>(), 0);
    EXPECT_GE(each.at("max_seconds").get<double>(), each.at("p50_seconds").get<double>());
    EXPECT_GE(each.at("wire_bytes_per_call").get<double>(), 2 * 256) << "to two others";
    EXPECT_EQ(each.at("members").size(), 3U);
    EXPECT_GT(each.at("sync_seconds").get<double>(), 0);
    EXPECT_FALSE(each.at("digest").get<std::string>().empty());
  }
  EXPECT_TRUE(std::filesystem::exists(lines));
  EXPECT_TRUE(std::filesystem::exists(picture));
  for (const auto& left : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_FALSE(contains(left.path().string(), "tessera-bench")) << "left behind";
  }
}

TEST(BenchWrite, KeepsToARateWithoutTheDiskAndWithSessionsOfTheirOwn) {
  const Ended ended = small_run("write", {"--clients", "4", "--rate", "200", "--store", "memory",
                                          "--own-sessions", "--quiet", "--json", "-"});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  EXPECT_EQ(ended.talk, "");
  const json only = ended.json().at("runs").at(0);
  EXPECT_EQ(only.at("store"), "memory");
  EXPECT_TRUE(only.at("idle_cores").is_null()) << "one group is not watched at rest unless asked";
  EXPECT_TRUE(only.at("members").at(0).at("idle").is_null());
  // What is held up is made good: the schedule does not wait for the answers.
  const double due = 200 * only.at("seconds").get<double>();
  EXPECT_NEAR(only.at("calls").get<double>() + only.at("overdue").get<double>(), due, due * 0.5);
}

TEST(BenchWrite, SpreadsClientsOverGroupsAndSaysWhatTheGroupsCostAtRest) {
  const storage::testing::TemporaryFolder folder;
  const std::string lines = (folder / "runs.csv").string();
  const std::string numbers = (folder / "runs.json").string();
  const Ended ended =
      small_run("write", {"--clients", "12", "--groups", "1,30", "--idle", "0.3", "--at",
                          "follower", "--quiet", "--json", numbers, "--csv", lines});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  for (const char* part : {"12 clients, 256 B, follower, fsync, 30 groups", "BEFORE THE LOAD",
                           "FOUNDED IN", "ASLEEP AFTER", "IDLE: CORE"}) {
    EXPECT_TRUE(contains(ended.out, part)) << part << "\n" << ended.out;
  }
  const json runs = json::parse(std::ifstream(numbers)).at("runs");
  ASSERT_EQ(runs.size(), 2U);
  for (const json& run : runs) {
    const auto groups = run.at("groups").get<std::size_t>();
    EXPECT_EQ(groups, &run == &runs.front() ? 1U : 30U);
    EXPECT_GT(run.at("calls").get<int>(), 0);
    EXPECT_EQ(run.at("failed").get<int>(), 0) << run.at("problem");
    EXPECT_GT(run.at("founding_seconds").get<double>(), 0);
    EXPECT_GT(run.at("asleep_seconds").get<double>(), 0);
    EXPECT_EQ(run.at("idle_groups_asleep").get<double>(), static_cast<double>(groups));
    EXPECT_GT(run.at("idle_memory").get<double>(), 1e6);
    std::size_t led = 0;
    for (const json& member : run.at("members")) {
      led += member.at("groups_led").get<std::size_t>();
      const json& idle = member.at("idle");
      EXPECT_EQ(idle.at("groups_asleep").get<std::size_t>(), groups);
      EXPECT_GE(idle.at("seconds").get<double>(), 0.3);
      EXPECT_LE(idle.at("cores").get<double>(), run.at("idle_cores").get<double>());
      EXPECT_LE(idle.at("memory").get<double>(), run.at("idle_memory").get<double>());
    }
    EXPECT_EQ(led, groups) << "each has one leader";
  }
}

TEST(BenchWrite, WithoutEncryptionSaysSoInEveryOutput) {
  const storage::testing::TemporaryFolder folder;
  const std::string numbers = (folder / "runs.json").string();
  const std::string lines = (folder / "runs.csv").string();
  const std::string picture = (folder / "runs.svg").string();
  const Ended ended = small_run(
      "write", {"--clients", "2", "--plain", "--json", numbers, "--csv", lines, "--plot", picture});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  EXPECT_TRUE(contains(ended.out, "Links are NOT encrypted.")) << ended.out;
  EXPECT_TRUE(contains(ended.out, "leader, fsync, NOT encrypted")) << ended.out;
  EXPECT_TRUE(contains(ended.talk, "NOT encrypted")) << ended.talk;
  const json report = json::parse(std::ifstream(numbers));
  EXPECT_EQ(report.at("options").at("encrypted"), false);
  const json& only = report.at("runs").at(0);
  EXPECT_EQ(only.at("encrypted"), false);
  EXPECT_GT(only.at("calls").get<int>(), 0);
  EXPECT_EQ(only.at("failed").get<int>(), 0) << only.at("problem");
  const auto text_of = [](const std::string& file) {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_TRUE(contains(text_of(lines), ",fsync,1,false,")) << text_of(lines);
  EXPECT_TRUE(contains(text_of(picture), "Links are NOT encrypted"));
}

TEST(BenchRead, AsksStronglyAndWeaklyEverywhere) {
  const Ended ended = small_run("read", {"--clients", "6", "--keys", "50", "--consistency",
                                         "strong,weak", "--quiet", "--json", "-"});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  const json report = ended.json();
  ASSERT_EQ(report.at("runs").size(), 2U);
  for (const json& each : report.at("runs")) {
    EXPECT_GT(each.at("calls").get<int>(), 0);
    EXPECT_EQ(each.at("failed").get<int>(), 0) << each.at("problem");
    EXPECT_EQ(each.at("at"), "spread");
  }
  EXPECT_EQ(report.at("runs").at(0).at("consistency"), "strong");
  EXPECT_EQ(report.at("runs").at(1).at("consistency"), "weak");
}

TEST(BenchWrite, OptionsThatMakeNoSenseAreAUsageError) {
  struct Case {
    Words words;
    const char* said;
  };
  const std::vector<Case> cases = {
      {{"--at", "leaders"}, "there are leader, follower, spread"},
      {{"--store", "disk"}, "there are fsync, memory"},
      {{"--members", "0"}, "--members is 0"},
      {{"--members", "1", "--at", "follower"}, "has none"},
      {{"--clients", "64,0"}, "--clients has 0"},
      {{"--clients", "2000", "--own-sessions"}, "from 1 to 1000"},
      {{"--value-size", "0"}, "--value-size has 0"},
      {{"--keys", "0"}, "--keys is 0"},
      {{"--rate", "-1"}, "--rate"},
      {{"--seconds", "0"}, "--seconds"},
      {{"--warm-up", "-1"}, "--warm-up"},
      {{"--repeat", "0"}, "--repeat"},
      {{"--groups", "1,0"}, "--groups has 0"},
      {{"--groups", "20000"}, "from 1 to 10000"},
      {{"--idle", "-1"}, "--idle"},
  };
  for (const Case& each : cases) {
    Words words = {"bench", "write"};
    words.insert(words.end(), each.words.begin(), each.words.end());
    const Ended ended = run(words);
    EXPECT_EQ(ended.code, 2) << each.said << ended.talk;
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(contains(ended.talk, each.said)) << ended.talk;
  }
  const Ended ended = run({"bench", "read", "--consistency", "eventual"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(contains(ended.talk, "there are strong, weak")) << ended.talk;
}

}  // namespace
}  // namespace tessera::tool::testing
