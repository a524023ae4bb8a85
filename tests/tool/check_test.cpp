#include "../storage/temporary_folder.h"
#include "program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// `tessera check` on this machine, which may be slow: what it says must fit what it measured.
namespace tessera::tool::testing {
namespace {

using nlohmann::json;

TEST(CheckCommand, LooksAtDiskNetworkCipherAndASmallGroup) {
  const storage::testing::TemporaryFolder folder;
  const Ended ended = run({"check", "--json", "--folder", folder.path().string()});
  const json report = ended.json();
  EXPECT_EQ(ended.code, report.at("passed").get<bool>() ? 0 : 1) << ended.out;
  std::vector<std::string> names;
  for (const json& each : report.at("checks")) {
    names.push_back(each.at("name"));
    EXPECT_FALSE(each.at("meaning").get<std::string>().empty());
    EXPECT_GT(each.at("figure").get<double>(), 0) << each;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"disk", "network", "cipher", "group"}));
  EXPECT_TRUE(report.at("checks").at(3).at("passed").get<bool>()) << ended.out << ended.talk;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "left behind";
}

TEST(CheckCommand, APeerThatDoesNotAnswerFailsAndSoDoesAFolderThatThereIsNot) {
  const Ended ended = run({"check", "--folder", "/nonexistent/folder", "--peer", "127.0.0.1:1"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(ended.out.find("FAIL  disk"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("FAIL  network  127.0.0.1:1"), std::string::npos) << ended.out;
  EXPECT_EQ(ended.out.find("PASS"), std::string::npos) << ended.out;
}

TEST(CheckCommand, APeerThatIsNoAddressIsAUsageError) {
  const Ended ended = run({"check", "--peer", "nowhere"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.talk.find("--peer nowhere"), std::string::npos) << ended.talk;
}

}  // namespace
}  // namespace tessera::tool::testing
