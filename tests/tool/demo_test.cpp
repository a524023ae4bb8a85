#include "../storage/temporary_folder.h"
#include "program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tessera::tool::testing {
namespace {

using nlohmann::json;

TEST(Demo, EndsWithFourEqualMembersThatHoldEveryAcknowledgedRow) {
  const storage::testing::TemporaryFolder folder;
  const std::string page = (folder / "report.html").string();
  const Ended ended = run({"demo", "--json", "--seed", "5", "--report", page});
  ASSERT_EQ(ended.code, 0) << ended.talk;
  const json report = ended.json();
  EXPECT_TRUE(report.at("ok").get<bool>());
  EXPECT_EQ(report.at("acknowledged"), report.at("rows"));
  EXPECT_GT(report.at("term_after").get<int>(), report.at("term_before").get<int>());
  EXPECT_NE(report.at("new_leader"), report.at("killed"));
  ASSERT_EQ(report.at("members").size(), 4U);
  for (const json& member : report.at("members")) {
    EXPECT_EQ(member.at("digest"), report.at("members").at(0).at("digest"));
    EXPECT_EQ(member.at("acknowledged_rows_found"), report.at("rows"));
    EXPECT_EQ(member.at("rows"), report.at("rows"));
  }
  // The one that was killed, the fourth, and the one whose disk was wiped.
  EXPECT_EQ(report.at("catch_up").size(), 3U);
  EXPECT_FALSE(report.at("lookups").empty());
  EXPECT_TRUE(std::filesystem::exists(page));
}

}  // namespace
}  // namespace tessera::tool::testing
