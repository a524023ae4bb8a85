#include "../storage/temporary_folder.h"
#include <tessera/runtime/tool/settings.h>

#include <gtest/gtest.h>

#include <fstream>
#include <stdlib.h>

namespace tessera::tool {
namespace {

using std::chrono::milliseconds;

class Settings : public testing::Test {
 protected:
  Result<void> read(const std::string& text) {
    std::ofstream(file) << text;
    return read_settings_file(file, settings);
  }
  std::string refusal(const std::string& text) {
    const auto done = read(text);
    if (done) return "taken";
    EXPECT_TRUE(done.error().is(Errc::invalid_argument));
    std::string message = done.error().message();
    // What stands before it is the file.
    EXPECT_EQ(message.rfind(file.string(), 0), 0U) << message;
    return message.substr(file.string().size());
  }

  storage::testing::TemporaryFolder folder;
  std::filesystem::path file = folder / "node.toml";
  NodeSettings settings;
};

TEST_F(Settings, FileSetsWhatItNames) {
  ASSERT_TRUE(
      read("network = \"n\"\ndata = \"d\"\nlisten = \"[::1]:7\"\npeers = [\"a:1\", \"b:2\"]\n"
           "key = \"k\"\nfounders = 5\njoin_only = true\n"
           "[group]\nheartbeat_ms = 20\ninline_catch_up = 4096\nresult_max = 512\n"));
  EXPECT_EQ(settings.network, "n");
  EXPECT_EQ(settings.data_dir, "d");
  EXPECT_EQ(settings.listen, "[::1]:7");
  EXPECT_EQ(settings.peers, (std::vector<std::string>{"a:1", "b:2"}));
  EXPECT_EQ(settings.key, "k");
  EXPECT_EQ(settings.founders, 5U);
  EXPECT_TRUE(settings.join_only);
  EXPECT_EQ(settings.group.heartbeat, milliseconds{20});
  EXPECT_EQ(settings.group.inline_catch_up, 4096U);
  EXPECT_EQ(settings.group.result_max, 512U);
}

TEST_F(Settings, UnknownKeyIsRefusedWithItsLineAndASuggestion) {
  EXPECT_EQ(refusal("network = \"n\"\n\nlistne = \"x\"\n"),
            ":3: there is no setting \"listne\". Did you mean \"listen\"?");
}

TEST_F(Settings, UnknownKeyOfTheGroupIsRefusedToo) {
  EXPECT_EQ(refusal("[group]\nheartbeet_ms = 20\n"),
            ":2: there is no setting \"group.heartbeet_ms\". "
            "Did you mean \"group.heartbeat_ms\"?");
}

TEST_F(Settings, UnknownTableIsRefusedEvenIfItIsEmpty) {
  EXPECT_EQ(refusal("founders = 1\n[gruop]\n").substr(0, 2), ":2");
}

TEST_F(Settings, WrongTypesAreRefusedWithTheirLine) {
  EXPECT_EQ(refusal("founders = \"three\"\n"), ":1: \"founders\" has a value of the wrong type");
  EXPECT_EQ(refusal("\nfounders = -1\n"), ":2: \"founders\" has a value of the wrong type");
  EXPECT_EQ(refusal("peers = \"a:1\"\n"), ":1: \"peers\" has a value of the wrong type");
  EXPECT_EQ(refusal("peers = [1]\n"), ":1: \"peers\" has a value of the wrong type");
}

TEST_F(Settings, BadSyntaxIsRefusedWithItsLine) {
  EXPECT_EQ(refusal("network = \"n\"\nlisten = \n").substr(0, 3), ":2:");
}

TEST_F(Settings, FileThatIsNotThereIsRefused) {
  const auto done = read_settings_file("/nowhere/node.toml", settings);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message().find("/nowhere/node.toml"), std::string::npos);
}

TEST_F(Settings, EnvironmentOverridesTheFile) {
  ASSERT_TRUE(read("key = \"from the file\"\nnetwork = \"n\"\n"));
  setenv("TESSERA_KEY", "from the environment", 1);
  setenv("TESSERA_PEERS", "a:1,b:2", 1);
  const auto done = read_settings_environment(settings);
  unsetenv("TESSERA_KEY");
  unsetenv("TESSERA_PEERS");
  ASSERT_TRUE(done);
  EXPECT_EQ(settings.key, "from the environment");
  EXPECT_EQ(settings.network, "n");
  EXPECT_EQ(settings.peers, (std::vector<std::string>{"a:1", "b:2"}));
}

TEST_F(Settings, EnvironmentNumberThatIsNoneIsRefused) {
  setenv("TESSERA_FOUNDERS", "3x", 1);
  const auto done = read_settings_environment(settings);
  unsetenv("TESSERA_FOUNDERS");
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message().find("TESSERA_FOUNDERS"), std::string::npos);
}

}  // namespace
}  // namespace tessera::tool
