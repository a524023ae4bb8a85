#include "../storage/temporary_folder.h"
#include "program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>

namespace tessera::tool::testing {
namespace {

using nlohmann::json;

const Environment with_key = {{"TESSERA_KEY", "secret"}};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(NodeCommand, KilledNodeComesBackWithWhatItAcknowledged) {
  const storage::testing::TemporaryFolder folder;
  const std::string data = (folder / "a").string();
  std::string peer;
  {
    Node node(data, {"--founders", "1"}, with_key);
    ASSERT_TRUE(node.wait_online());
    peer = node.status().at("peer");
    ASSERT_EQ(run({"put", "kept", "yes", "--data", data}).code, 0);
    node.signal(SIGKILL);
    EXPECT_EQ(node.wait_end(), 128 + SIGKILL);
  }
  const Node again(data, {"--founders", "1"}, with_key);
  ASSERT_TRUE(again.wait_online());
  EXPECT_EQ(again.status().at("peer"), peer);
  EXPECT_EQ(run({"get", "kept", "--data", data}).out, "yes\n");
}

TEST(NodeCommand, StopsInGoodOrderWhenAsked) {
  const storage::testing::TemporaryFolder folder;
  Node node(folder / "a", {"--founders", "1"}, with_key);
  ASSERT_TRUE(node.wait_online());
  node.signal(SIGTERM);
  EXPECT_EQ(node.wait_end(), 0) << node.log();
  EXPECT_FALSE(std::filesystem::exists(folder / "a/control.sock"));
}

TEST(NodeCommand, NodeThatDoesNotRunIsExitCodeThree) {
  const storage::testing::TemporaryFolder folder;
  for (const Words& words :
       {Words{"status"}, Words{"put", "k", "v"}, Words{"get", "k"}, Words{"members", "list"}}) {
    Words all = words;
    all.insert(all.end(), {"--data", (folder / "none").string()});
    const Ended ended = run(all);
    EXPECT_EQ(ended.code, 3) << ended.talk;
    EXPECT_TRUE(contains(ended.talk, "is it running?")) << ended.talk;
    EXPECT_EQ(ended.out, "");
  }
}

TEST(NodeCommand, FolderOfAnotherProgramIsExitCodeSeven) {
  const storage::testing::TemporaryFolder folder;
  std::filesystem::create_directories(folder / "a/store");
  std::ofstream(folder / "a/store/CURRENT") << "something else entirely\n";
  const Ended ended = run({"node", "--data", (folder / "a").string()}, with_key);
  EXPECT_EQ(ended.code, 7) << ended.talk;
  EXPECT_TRUE(contains(ended.talk, (folder / "a").string())) << ended.talk;
}

TEST(NodeCommand, DamagedIdentityIsExitCodeSeven) {
  const storage::testing::TemporaryFolder folder;
  std::filesystem::create_directories(folder / "a");
  std::ofstream(folder / "a/identity.key") << "garbage";
  std::filesystem::permissions(folder / "a/identity.key", std::filesystem::perms::owner_read);
  const Ended ended = run({"node", "--data", (folder / "a").string()}, with_key);
  EXPECT_EQ(ended.code, 7) << ended.talk;
  EXPECT_TRUE(contains(ended.talk, "identity.key")) << ended.talk;
}

TEST(NodeCommand, FolderInUseIsRefused) {
  const storage::testing::TemporaryFolder folder;
  const Node node(folder / "a", {"--founders", "1"}, with_key);
  ASSERT_TRUE(node.wait_online());
  const Ended second = run({"node", "--data", (folder / "a").string()}, with_key);
  EXPECT_NE(second.code, 0);
  EXPECT_TRUE(contains(second.talk, "error:")) << second.talk;
  // The first one is unharmed, its socket too.
  EXPECT_EQ(run({"status", "--data", (folder / "a").string()}).code, 0);
}

TEST(NodeCommand, KeyIsAskedForAndNeverTakenFromAFlag) {
  const storage::testing::TemporaryFolder folder;
  const Ended keyless = run({"node", "--data", (folder / "a").string()});
  EXPECT_EQ(keyless.code, 2);
  EXPECT_TRUE(contains(keyless.talk, "TESSERA_KEY")) << keyless.talk;
  EXPECT_EQ(run({"node", "--data", (folder / "a").string(), "--key", "k"}).code, 2);
}

TEST(NodeCommand, BadSettingsAreUsageErrors) {
  const storage::testing::TemporaryFolder folder;
  const std::string data = (folder / "a").string();
  std::ofstream(folder / "node.toml") << "key = \"k\"\nlistne = \"x\"\n";
  const Ended file = run({"node", "--data", data, "--config", (folder / "node.toml").string()});
  EXPECT_EQ(file.code, 2);
  EXPECT_TRUE(contains(file.talk, "node.toml:2:")) << file.talk;
  EXPECT_TRUE(contains(file.talk, "Did you mean \"listen\"?")) << file.talk;
  EXPECT_EQ(run({"node", "--data", data, "--listen", "nonsense"}, with_key).code, 2);
  EXPECT_EQ(run({"node", "--data", data, "--founders", "0"}, with_key).code, 2);
  EXPECT_EQ(run({"node", "--data", data, "--founders", "16"}, with_key).code, 2);
  EXPECT_EQ(run({"node", "--data", data, "--inline-catch-up", "99999999999"}, with_key).code, 2);
}

TEST(NodeCommand, FlagGoesBeforeEnvironmentBeforeFile) {
  const storage::testing::TemporaryFolder folder;
  const std::string data = (folder / "a").string();
  std::ofstream(folder / "node.toml")
      << "key = \"k\"\nfounders = 3\nlisten = \"127.0.0.1:0\"\nnetwork = \"from the file\"\n";
  // Three founders (file) or two (environment) would wait for others; one (flag) does not.
  const Node node(data, {"--config", (folder / "node.toml").string(), "--founders", "1"},
                  {{"TESSERA_FOUNDERS", "2"}});
  EXPECT_TRUE(node.wait_online());
}

TEST(NodeCommand, StatusOfANodeWithAnotherKeySaysThatNobodyProvesIt) {
  const storage::testing::TemporaryFolder folder;
  const Node node(folder / "a", {"--founders", "1"}, with_key);
  ASSERT_TRUE(node.wait_online());
  const Node stranger(folder / "b", {"--join", "--peer", node.listens()},
                      {{"TESSERA_KEY", "another secret"}});
  EXPECT_TRUE(stranger.wait("the wrong key to be told", [](const json& status) {
    const json& problem = status.at("problem");
    return problem.is_string() && contains(problem.get<std::string>(), "no peer proves this key");
  }));
}

TEST(NodeCommand, PutWithoutALeaderIsExitCodeSix) {
  const storage::testing::TemporaryFolder folder;
  const Node node(folder / "a", {"--founders", "2"}, with_key);
  ASSERT_TRUE(node.wait("the node to answer", [](const json&) { return true; }));
  const Ended put = run({"put", "k", "v", "--data", (folder / "a").string()});
  EXPECT_EQ(put.code, 6) << put.talk;
}

}  // namespace
}  // namespace tessera::tool::testing
