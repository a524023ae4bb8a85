#include "../storage/temporary_folder.h"
#include "program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>

namespace tessera::tool::testing {
namespace {

using nlohmann::json;

const Environment with_key = {{"TESSERA_KEY", "secret"}};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Inspect : public ::testing::Test {
 protected:
  /// A node that held a few entries and was stopped in good order.
  void stopped_node() {
    Node node(folder_ / "a", {"--founders", "1"}, with_key);
    ASSERT_TRUE(node.wait_online());
    for (const char* key : {"one", "two", "three"}) {
      ASSERT_EQ(run({"put", key, std::string(50'000, 'v'), "--data", data_}).code, 0);
    }
    status_ = node.status();
    node.signal(SIGTERM);
    ASSERT_EQ(node.wait_end(), 0) << node.log();
  }

  storage::testing::TemporaryFolder folder_;
  const std::string data_ = (folder_ / "a").string();
  json status_;
};

TEST_F(Inspect, SaysWhatAStoppedNodeHolds) {
  stopped_node();
  const Ended ended = run({"inspect", data_, "--json"});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  const json report = ended.json();
  EXPECT_EQ(report.at("owner"), status_.at("peer"));
  EXPECT_EQ(report.at("format"), 1);
  EXPECT_EQ(report.at("starts"), 1);
  EXPECT_EQ(report.at("damage"), json::array());
  ASSERT_EQ(report.at("groups").size(), 1u);
  const json& group = report.at("groups").at(0);
  EXPECT_EQ(group.at("group"), status_.at("group"));
  EXPECT_EQ(group.at("storage"), status_.at("storage"));
  EXPECT_EQ(group.at("genesis"), status_.at("genesis"));
  EXPECT_EQ(group.at("term"), status_.at("term"));
  EXPECT_EQ(group.at("vote"), status_.at("peer"));
  EXPECT_EQ(group.at("last"), status_.at("last"));
  // A node that stops in good order writes down what it knows to be committed.
  EXPECT_EQ(group.at("committed_index"), status_.at("committed_index"));
  EXPECT_EQ(group.at("entries"), status_.at("last_index"));
  EXPECT_EQ(group.at("voters").at(0).at("peer"), status_.at("peer"));
  EXPECT_EQ(group.at("learners"), json::array());

  const Ended text = run({"inspect", data_});
  EXPECT_EQ(text.code, 0);
  EXPECT_EQ(text.talk, "");
  for (const std::string& part :
       {status_.at("group").get<std::string>(), status_.at("storage").get<std::string>(),
        std::string("damage       none")}) {
    EXPECT_TRUE(contains(text.out, part)) << text.out;
  }
}

TEST_F(Inspect, ANodeThatRunsIsNamed) {
  const Node node(folder_ / "a", {"--founders", "1"}, with_key);
  ASSERT_TRUE(node.wait_online());
  const Ended ended = run({"inspect", data_});
  EXPECT_EQ(ended.code, 1);
  EXPECT_TRUE(contains(ended.talk, "in use by process ")) << ended.talk;
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(run({"put", "k", "v", "--data", data_}).code, 0);
}

TEST_F(Inspect, NoStoreIsExitCodeFiveAndANewerOneIsNamed) {
  EXPECT_EQ(run({"inspect", data_}).code, 5);
  EXPECT_FALSE(std::filesystem::exists(data_));
  std::filesystem::create_directories(folder_ / "a/store");
  std::ofstream(folder_ / "a/store/FORMAT") << "tessera store, format 9\n";
  const Ended newer = run({"inspect", data_});
  EXPECT_EQ(newer.code, 1);
  EXPECT_TRUE(contains(newer.talk, "format 9") && contains(newer.talk, "format 1")) << newer.talk;
}

TEST_F(Inspect, DamageIsExitCodeSevenAndNamed) {
  stopped_node();
  std::filesystem::path largest;
  for (const auto& each : std::filesystem::directory_iterator(folder_ / "a/store")) {
    const std::string name = each.path().extension().string();
    if (name != ".log" && name != ".sst") continue;
    if (largest.empty() || each.file_size() > std::filesystem::file_size(largest)) {
      largest = each.path();
    }
  }
  {
    std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(60'000);  // among the entries
    file.put('#');
  }
  const Ended ended = run({"inspect", data_, "--json"});
  EXPECT_EQ(ended.code, 7) << ended.out << ended.talk;
  const json report = ended.json();
  // The write-ahead log as such, and what is gone with the damaged record.
  ASSERT_GE(report.at("damage").size(), 2u) << report.dump(1);
  EXPECT_EQ(report.at("damage").at(0).at("group"), json());
  const json& entry = report.at("damage").at(1);
  EXPECT_EQ(entry.at("group"), status_.at("group"));
  EXPECT_GE(entry.at("index").get<int>(), 2) << report.dump(1);
  EXPECT_EQ(run({"snapshot", "save", "--data", data_, (folder_ / "backup").string()}).code, 7);
}

TEST_F(Inspect, AStartSaysWhatItHasRead) {
  stopped_node();
  const Node again(folder_ / "a", {"--founders", "1"}, with_key);
  ASSERT_TRUE(again.wait_online());
  const json start = again.status().at("start");
  EXPECT_EQ(start.at("opening"), false);
  EXPECT_EQ(start.at("entries_done"), status_.at("committed_index"));
  EXPECT_EQ(start.at("entries_total"), status_.at("committed_index"));
  EXPECT_GE(start.at("log_bytes").get<int>(), 150'000);
  EXPECT_TRUE(again.wait("the node to say so", [&](const json&) {
    return contains(again.log(), "opened: " + start.at("entries_total").dump() + " of ");
  }));
}

}  // namespace
}  // namespace tessera::tool::testing
