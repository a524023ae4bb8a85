#include "program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tessera::tool::testing {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CommandLine, HelpOfEveryCommandBeginsWithExamples) {
  const std::vector<Words> commands = {{},
                                       {"demo"},
                                       {"node"},
                                       {"status"},
                                       {"put"},
                                       {"get"},
                                       {"load"},
                                       {"members"},
                                       {"members", "list"},
                                       {"members", "transfer"},
                                       {"bench"},
                                       {"bench", "catchup"},
                                       {"version"}};
  for (Words words : commands) {
    const std::string name = words.empty() ? "" : " " + words.front();
    words.emplace_back("--help");
    const Ended help = run(words);
    EXPECT_EQ(help.code, 0);
    EXPECT_EQ(help.out.rfind("Examples:\n", 0), 0U) << help.out;
    EXPECT_TRUE(contains(help.out, "tessera" + name)) << help.out;
  }
}

TEST(CommandLine, MistypedCommandIsAnsweredWithTheNearest) {
  const Ended ended = run({"stauts"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.out, "");
  EXPECT_TRUE(contains(ended.talk, "Did you mean \"status\"?")) << ended.talk;
}

TEST(CommandLine, MistypedInnerCommandIsAnsweredWithTheNearest) {
  const Ended ended = run({"members", "lits"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(contains(ended.talk, "Did you mean \"list\"?")) << ended.talk;
}

TEST(CommandLine, MistypedFlagIsAnsweredWithTheNearest) {
  const Ended ended = run({"status", "--jsn"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(contains(ended.talk, "Did you mean \"--json\"?")) << ended.talk;
  EXPECT_TRUE(contains(ended.talk, "tessera status --help")) << ended.talk;
}

TEST(CommandLine, MissingArgumentsAreAUsageError) {
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({"put", "key"}).code, 2);
  EXPECT_EQ(run({"load", "file", "--in-flight", "0"}).code, 2);
}

TEST(CommandLine, VersionIsPrintedForPeopleAndPrograms) {
  const Ended plain = run({"version"});
  EXPECT_EQ(plain.code, 0);
  EXPECT_EQ(plain.out.rfind("tessera ", 0), 0U);
  const Ended json = run({"version", "--json"});
  EXPECT_EQ("tessera " + json.json().at("version").get<std::string>() + "\n", plain.out);
}

TEST(CommandLine, TalkHasNoColoursUnlessATerminalReadsIt) {
  EXPECT_FALSE(contains(run({"stauts"}).talk, "\x1b["));
}

}  // namespace
}  // namespace tessera::tool::testing
