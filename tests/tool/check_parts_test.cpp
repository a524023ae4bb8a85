#include <tessera/runtime/tool/check/findings.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tessera::tool::check {
namespace {

TEST(Check, ADiskIsJudgedByWhatASyncTakes) {
  EXPECT_TRUE(judge_disk(0.0001).passed);
  EXPECT_TRUE(judge_disk(Bounds{}.sync_seconds_max).passed);
  EXPECT_FALSE(judge_disk(Bounds{}.sync_seconds_max * 1.01).passed);
  EXPECT_FALSE(judge_disk(0).passed) << "nothing was measured";
  EXPECT_NE(judge_disk(0.0001).measured.find("100 us"), std::string::npos);
  EXPECT_NE(judge_disk(0.0001).meaning.find("10000 writes"), std::string::npos);
}

TEST(Check, ANetworkIsJudgedByARoundTripAndNamesWhoIsThere) {
  EXPECT_TRUE(judge_round_trip("b:1", 0.001).passed);
  EXPECT_FALSE(judge_round_trip("b:1", 0.2).passed);
  EXPECT_NE(judge_round_trip("b:1", 0.2).measured.find("to b:1 and back takes 200.0 ms"),
            std::string::npos);
}

TEST(Check, ACipherIsJudgedByItsRate) {
  EXPECT_TRUE(judge_cipher(1e9).passed);
  EXPECT_FALSE(judge_cipher(1e6).passed);
}

TEST(Check, OneFailureFailsAll) {
  EXPECT_TRUE(all_passed({judge_disk(0.001), judge_cipher(1e9)}));
  EXPECT_FALSE(all_passed({judge_disk(0.001), judge_cipher(1)}));
  EXPECT_EQ(text_of(judge_disk(0.001)).substr(0, 10), "PASS  disk");
  EXPECT_EQ(text_of(judge_cipher(1)).substr(0, 12), "FAIL  cipher");
  const auto report = json_of({judge_disk(0.001), judge_cipher(1)});
  EXPECT_FALSE(report.at("passed").get<bool>());
  EXPECT_TRUE(report.at("checks").at(0).at("passed").get<bool>());
  EXPECT_EQ(report.at("checks").at(0).at("figure").get<double>(), 0.001);
  EXPECT_FALSE(report.at("checks").at(1).at("passed").get<bool>());
}

}  // namespace
}  // namespace tessera::tool::check
