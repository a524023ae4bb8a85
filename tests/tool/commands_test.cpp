#include "../storage/temporary_folder.h"
#include "program.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>

// A group of one real process, asked as a person or a script would ask it.

namespace tessera::tool::testing {
namespace {

using nlohmann::json;

class Commands : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(node.wait_online()); }

  [[nodiscard]] Ended ask(Words words) const {
    words.insert(words.end(), {"--data", (folder / "a").string()});
    return run(words);
  }

  const storage::testing::TemporaryFolder folder;
  const Node node{folder / "a", {"--founders", "1"}, {{"TESSERA_KEY", "secret"}}};
};

TEST_F(Commands, WhatIsPutIsFound) {
  const Ended put = ask({"put", "greeting", "hello"});
  EXPECT_EQ(put.code, 0) << put.talk;
  EXPECT_NE(put.out.find(':'), std::string::npos) << "a position, term:index";
  const Ended got = ask({"get", "greeting"});
  EXPECT_EQ(got.code, 0);
  EXPECT_EQ(got.out, "hello\n");
  EXPECT_EQ(got.talk, "");
}

TEST_F(Commands, PutSaysInJsonWhetherTheKeyWasNew) {
  EXPECT_TRUE(ask({"put", "k", "1", "--json"}).json().at("new").get<bool>());
  const json again = ask({"put", "k", "2", "--json"}).json();
  EXPECT_FALSE(again.at("new").get<bool>());
  EXPECT_TRUE(again.at("position").is_string());
}

TEST_F(Commands, AbsentKeyIsExitCodeFive) {
  const Ended got = ask({"get", "absent"});
  EXPECT_EQ(got.code, 5);
  EXPECT_EQ(got.out, "");
  EXPECT_NE(got.talk.find("\"absent\""), std::string::npos);
  const Ended weak = ask({"get", "absent", "--weak", "--json"});
  EXPECT_EQ(weak.code, 5);
  EXPECT_FALSE(weak.json().at("found").get<bool>());
}

TEST_F(Commands, EmptyKeysAndBytesThatAreNoTextAreUsageErrors) {
  EXPECT_EQ(ask({"put", "", "x"}).code, 2);
  EXPECT_EQ(ask({"put", "k", "M\xfcnchen"}).code, 2);
}

TEST_F(Commands, StatusTellsRoleAndPositions) {
  const json status = ask({"status", "--json"}).json();
  EXPECT_EQ(status.at("role"), "leader");
  EXPECT_EQ(status.at("leader"), status.at("peer"));
  EXPECT_EQ(status.at("committed"), status.at("applied"));
  EXPECT_TRUE(status.at("problem").is_null());
  const Ended plain = ask({"status"});
  EXPECT_EQ(plain.code, 0);
  EXPECT_NE(plain.out.find("role       leader in term"), std::string::npos) << plain.out;
}

TEST_F(Commands, MembersAreListed) {
  const json member = ask({"members", "list", "--json"}).json();
  EXPECT_TRUE(member.at("voter").get<bool>());
  EXPECT_TRUE(member.at("leader").get<bool>());
  const Ended plain = ask({"members", "list"});
  EXPECT_EQ(plain.code, 0);
  EXPECT_EQ(plain.out.rfind("PEER", 0), 0U) << plain.out;
}

TEST_F(Commands, MembersAreChangedByTheBeginningOfTheirId) {
  const std::string self = ask({"status", "--json"}).json().at("peer");
  const Ended moved = ask({"members", "transfer", self.substr(0, 8)});
  EXPECT_EQ(moved.code, 0) << moved.talk;
  EXPECT_NE(moved.out.find(':'), std::string::npos) << moved.out;
  const Ended unknown = ask({"members", "demote", "no such id"});
  EXPECT_EQ(unknown.code, 5);
  EXPECT_NE(unknown.talk.find("tessera members list"), std::string::npos) << unknown.talk;
  const Ended last = ask({"members", "demote", self});
  EXPECT_EQ(last.code, 4);
  EXPECT_NE(last.talk.find("last voter"), std::string::npos) << last.talk;
}

TEST_F(Commands, LinesAreLoadedByNumber) {
  std::ofstream(folder / "words.txt") << "zero\none\n\nthree";
  const Ended loaded = ask({"load", (folder / "words.txt").string(), "--json"});
  EXPECT_EQ(loaded.code, 0) << loaded.talk;
  EXPECT_EQ(loaded.json().at("loaded"), 4);
  EXPECT_EQ(ask({"get", "4"}).out, "three\n");
  EXPECT_EQ(ask({"get", "3"}).out, "\n");
}

TEST_F(Commands, CsvRowsAreLoadedByTheirKeyColumn) {
  std::ofstream(folder / "rows.csv") << "x,k1,\"a, b\"\ny,k2,c\n";
  const Ended loaded = ask({"load", (folder / "rows.csv").string(), "--key-column", "2"});
  EXPECT_EQ(loaded.code, 0) << loaded.talk;
  EXPECT_EQ(loaded.out, "2 entries loaded\n");
  EXPECT_EQ(ask({"get", "k1"}).out, "[\"x\",\"k1\",\"a, b\"]\n");
}

TEST_F(Commands, FilesThatCannotBeLoadedAreNamedWithTheLine) {
  std::ofstream(folder / "latin1.txt") << "fine\nM\xfcnchen\n";
  const Ended latin1 = ask({"load", (folder / "latin1.txt").string()});
  EXPECT_EQ(latin1.code, 1);
  EXPECT_NE(latin1.talk.find("latin1.txt:2:"), std::string::npos) << latin1.talk;
  EXPECT_EQ(ask({"load", (folder / "absent.txt").string()}).code, 1);
}

TEST_F(Commands, DataFolderMayComeFromTheEnvironment) {
  const Environment environment = {{"TESSERA_DATA", (folder / "a").string()}};
  EXPECT_EQ(run({"status"}, environment).code, 0);
  // A flag goes before it.
  EXPECT_EQ(run({"status", "--data", (folder / "none").string()}, environment).code, 3);
}

}  // namespace
}  // namespace tessera::tool::testing
