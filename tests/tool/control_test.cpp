#include "../storage/temporary_folder.h"
#include "program.h"

#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

// What the control socket answers, spoken to without the program's own client.

namespace tessera::tool::testing {
namespace {

using nlohmann::json;

class ControlSocket : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(node.wait_online());
    stream.connect(
        boost::asio::local::stream_protocol::endpoint((folder / "a" / "control.sock").string()));
    ASSERT_TRUE(stream) << stream.error().message();
  }

  json ask(const std::string& request) {
    stream << request << '\n' << std::flush;
    std::string line;
    std::getline(stream, line);
    return json::parse(line, nullptr, false);
  }

  const storage::testing::TemporaryFolder folder;
  const Node node{folder / "a", {"--founders", "1"}, {{"TESSERA_KEY", "secret"}}};
  boost::asio::local::stream_protocol::iostream stream;
};

TEST_F(ControlSocket, DelRemovesAndTellsWhetherTheKeyWasThere) {
  EXPECT_EQ(ask(R"({"op":"del","key":"k"})").at("removed"), false);
  EXPECT_EQ(ask(R"({"op":"put","key":"k","value":"v"})").at("new"), true);
  const json removed = ask(R"({"op":"del","key":"k","id":7})");
  EXPECT_EQ(removed.at("removed"), true);
  EXPECT_EQ(removed.at("id"), 7);
  EXPECT_TRUE(removed.at("position").is_string());
  EXPECT_EQ(ask(R"({"op":"get","key":"k"})").at("found"), false);
}

TEST_F(ControlSocket, CasSwapsOnlyWhatIsExpected) {
  const json created = ask(R"({"op":"cas","key":"k","expected":null,"value":"a"})");
  EXPECT_EQ(created.at("swapped"), true);
  EXPECT_TRUE(created.at("before").is_null());
  const json refused = ask(R"({"op":"cas","key":"k","value":"b"})");
  EXPECT_EQ(refused.at("ok"), true);
  EXPECT_EQ(refused.at("swapped"), false);
  EXPECT_EQ(refused.at("before"), "a");
  EXPECT_EQ(ask(R"({"op":"cas","key":"k","expected":"a","value":"b"})").at("swapped"), true);
  EXPECT_EQ(ask(R"({"op":"get","key":"k"})").at("value"), "b");
  EXPECT_EQ(ask(R"({"op":"cas","key":"k","expected":"b","value":null})").at("swapped"), true);
  EXPECT_EQ(ask(R"({"op":"get","key":"k"})").at("found"), false);
}

TEST_F(ControlSocket, IncompleteRequestsAreRefused) {
  for (const char* request :
       {R"({"op":"del"})", R"({"op":"del","key":""})", R"({"op":"cas","value":"x"})",
        R"({"op":"cas","key":"k","expected":1,"value":"x"})",
        R"({"op":"cas","key":"k","expected":"x","value":[]})", R"({"op":"put","key":""})",
        R"({"op":"clear","key":"k"})", R"(["put"])", "nonsense"}) {
    const json answer = ask(request);
    EXPECT_EQ(answer.at("ok"), false) << request;
    EXPECT_EQ(answer.at("code"), 15) << request;
  }
  EXPECT_EQ(ask(R"({"op":"status"})").at("applied"), ask(R"({"op":"status"})").at("committed"));
}

}  // namespace
}  // namespace tessera::tool::testing
