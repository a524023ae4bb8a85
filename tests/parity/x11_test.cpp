#include "../storage/temporary_folder.h"
#include "../tool/program.h"
#include <tessera/runtime/tool/ask.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <vector>

/// Backup and restore, as an operator does it: with the program, its nodes and plain files.
namespace tessera::tool::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const Environment with_key = {{"TESSERA_KEY", "secret"}};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Changes one bit in the middle of a file; done twice, it is as it was.
void flip(const fs::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(fs::file_size(path) / 2);
  file.seekg(middle);
  const char before = static_cast<char>(file.get());
  file.seekp(middle);
  file.put(static_cast<char>(before ^ 4));
}

class X11 : public ::testing::Test {
 protected:
  [[nodiscard]] std::string at(const std::string& name) const { return (folder_ / name).string(); }

  Node& start(const std::string& name, Words flags) {
    return nodes_[name].emplace(folder_ / name, std::move(flags), with_key);
  }
  void stop(const std::string& name) {
    nodes_.at(name)->signal(SIGTERM);
    EXPECT_EQ(nodes_.at(name)->wait_end(), 0) << nodes_.at(name)->log();
    nodes_.erase(name);
  }
  void kill(const std::string& name) { nodes_.erase(name); }

  void write(const std::string& name, const std::string& prefix, std::size_t bytes = 100) {
    for (int key = 0; key < 20; ++key) {
      const Ended put =
          run({"put", prefix + std::to_string(key), std::string(bytes, 'v'), "--data", at(name)});
      ASSERT_EQ(put.code, 0) << put.talk;
    }
  }
  /// What the member's machine holds, once it has applied all that was acknowledged anywhere.
  std::string digest(const std::string& name) {
    const auto answer = ask_node(folder_ / name, {{"op", "digest"}});
    EXPECT_TRUE(answer.has_value()) << answer.error().message();
    return answer ? answer->at("digest").get<std::string>() : "";
  }
  Ended save(const std::string& name) {
    return run({"snapshot", "save", "--data", at(name), at("backup"), "--json"});
  }
  Ended restore(const std::string& name, const std::string& how) {
    return run({"snapshot", "restore", "--data", at(name), how, at("backup"), "--json"});
  }
  Ended verify() { return run({"snapshot", "verify", at("backup")}); }

  storage::testing::TemporaryFolder folder_;
  std::map<std::string, std::optional<Node>> nodes_;
};

TEST_F(X11, X11_ABackupOfARunningNodeBecomesANewGroupThatTheOldOneRefuses) {
  Node& old = start("old", {"--founders", "1"});
  ASSERT_TRUE(old.wait_online());
  write("old", "first");
  const Ended saved = save("old");
  ASSERT_EQ(saved.code, 0) << saved.talk;
  const std::string state = digest("old");
  EXPECT_EQ(verify().code, 0);
  write("old", "after the backup");

  const Ended restored = restore("new", "--found");
  ASSERT_EQ(restored.code, 0) << restored.talk;
  EXPECT_TRUE(contains(restored.talk, "NEW group")) << restored.talk;
  EXPECT_EQ(restored.json().at("as"), "founder");
  EXPECT_EQ(restored.json().at("group"), saved.json().at("group"));
  EXPECT_NE(restored.json().at("genesis"), saved.json().at("genesis"));

  Node& founder = start("new", {"--join"});
  ASSERT_TRUE(founder.wait_online());
  EXPECT_EQ(founder.status().at("genesis"), restored.json().at("genesis"));
  EXPECT_EQ(digest("new"), state);
  write("new", "in the new group");
  Node& second = start("second", {"--join", "--peer", founder.listens()});
  ASSERT_TRUE(second.wait_online());
  EXPECT_EQ(digest("second"), digest("new"));
  EXPECT_NE(digest("second"), state);

  // A member of the old group that meets the new one.
  Node& lost = start("lost", {"--join", "--peer", old.listens()});
  ASSERT_TRUE(lost.wait_online());
  kill("lost");
  Node& back = start("lost", {"--join", "--peer", founder.listens()});
  EXPECT_TRUE(back.wait("the two groups to refuse each other", [](const json& status) {
    return contains(status.at("problem").dump() + status.at("bond_problems").dump(),
                    "two groups of one id were founded");
  }));
  EXPECT_EQ(founder.status().at("members").size(), 2u);
}

TEST_F(X11, X11_AMemberMadeFromABackupCatchesUpAndTakesTheVoteOfTheOneThatIsLost) {
  Node& first = start("a", {"--founders", "3"});
  ASSERT_TRUE(first.wait("the node to answer", [](const json&) { return true; }));
  for (const char* name : {"b", "c"}) start(name, {"--founders", "3", "--peer", first.listens()});
  for (const auto& [name, node] : nodes_) ASSERT_TRUE(node->wait_online());
  write("a", "first");
  ASSERT_TRUE(run({"status", "--data", at("c")}).code == 0);
  const std::string peer = nodes_.at("c")->status().at("peer");
  stop("c");
  const Ended saved = save("c");  // from the stopped node's folder
  ASSERT_EQ(saved.code, 0) << saved.talk;
  EXPECT_EQ(verify().code, 0);
  write("a", "while it was away");
  const std::string state = digest("a");

  fs::create_directory(folder_ / "d");
  fs::copy_file(folder_ / "c/identity.key", folder_ / "d/identity.key");
  fs::remove_all(folder_ / "c");
  const Ended restored = restore("d", "--join");
  ASSERT_EQ(restored.code, 0) << restored.talk;
  EXPECT_TRUE(contains(restored.talk, "one more MEMBER")) << restored.talk;
  EXPECT_EQ(restored.json().at("peer"), peer);
  EXPECT_EQ(restored.json().at("genesis"), saved.json().at("genesis"));
  const std::string storage = restored.json().at("storage");

  Node& member = start("d", {"--join", "--peer", first.listens()});
  EXPECT_TRUE(member.wait("the member to vote under its new storage id", [&](const json& status) {
    std::size_t stores = 0;
    bool votes = false;
    for (const json& each : status.at("members")) {
      if (each.at("peer") != peer) continue;
      ++stores;
      votes = each.at("storage") == storage && each.at("voter").get<bool>();
    }
    return stores == 1 && votes && status.at("online").get<bool>();
  }));
  EXPECT_EQ(digest("d"), state);
  EXPECT_EQ(member.status().at("last_sync"), json());  // it was sent the few entries it lacked
}

TEST_F(X11, X11_EveryChangedFileIsNamedAndNothingIsRestoredFromIt) {
  Node& node = start("a", {"--founders", "1"});
  ASSERT_TRUE(node.wait_online());
  write("a", "key");
  ASSERT_EQ(save("a").code, 0);
  std::vector<fs::path> files;
  for (const auto& each : fs::recursive_directory_iterator(folder_ / "backup")) {
    if (each.is_regular_file() && each.file_size() != 0) files.push_back(each.path());
  }
  ASSERT_GE(files.size(), 5u);  // MANIFEST, genesis, anchor, contents, a part
  for (const fs::path& file : files) {
    flip(file);
    const Ended damaged = verify();
    EXPECT_EQ(damaged.code, 7) << file;
    EXPECT_TRUE(contains(damaged.out + damaged.talk, file.string())) << damaged.out << damaged.talk;
    EXPECT_EQ(restore("b", "--found").code, 7) << file;
    EXPECT_FALSE(fs::exists(folder_ / "b"));
    flip(file);
  }
  EXPECT_EQ(verify().code, 0);
  fs::remove(folder_ / "backup/MANIFEST");
  const Ended unfinished = verify();
  EXPECT_EQ(unfinished.code, 7);
  EXPECT_TRUE(contains(unfinished.talk, "not finished")) << unfinished.talk;
}

TEST_F(X11, X11_TheDigestsAreThoseThatOtherProgramsPrint) {
  Node& node = start("a", {"--founders", "1"});
  ASSERT_TRUE(node.wait_online());
  write("a", "key");
  ASSERT_EQ(save("a").code, 0);
  const std::string check = "cd " + at("backup") +
                            " && sed -nE 's/^file ([0-9a-f]{64}) [0-9]+ (.*)$/\\1  \\2/p' MANIFEST "
                            "| b2sum -l 256 -c --quiet --strict";
  EXPECT_EQ(std::system(check.c_str()), 0);
}

TEST_F(X11, X11_ARestoreThatIsInterruptedLeavesAFolderThatIsRefused) {
  Node& node = start("a", {"--founders", "1"});
  ASSERT_TRUE(node.wait_online());
  write("a", "large", 60'000);
  ASSERT_EQ(save("a").code, 0);
  // The system ends it when it has written a file of 400 KiB: in the middle of the state.
  const std::string cut = "ulimit -c 0; ulimit -f 400; exec " + std::string(TESSERA_PROGRAM) +
                          " snapshot restore --data " + at("b") + " --found " + at("backup") +
                          " 2>/dev/null";
  const int ended = std::system(("bash -c '" + cut + "'").c_str());
  ASSERT_NE(ended, 0);
  const Ended refused = run({"node", "--data", at("b")}, with_key);
  EXPECT_EQ(refused.code, 4) << refused.talk;
  EXPECT_TRUE(contains(refused.talk, "was interrupted")) << refused.talk;
  EXPECT_EQ(run({"inspect", at("b")}).code, 4);
  EXPECT_EQ(restore("b", "--found").code, 4);
  fs::remove_all(folder_ / "b");
  EXPECT_EQ(restore("b", "--found").code, 0);
  EXPECT_EQ(run({"inspect", at("b")}).code, 0);
}

TEST_F(X11, X11_WhatARestoreIsForMustBeSaidAndAFolderInUseIsKept) {
  Node& node = start("a", {"--founders", "1"});
  ASSERT_TRUE(node.wait_online());
  write("a", "key");
  ASSERT_EQ(save("a").code, 0);
  const Ended neither = run({"snapshot", "restore", "--data", at("b"), at("backup")});
  EXPECT_EQ(neither.code, 2);
  EXPECT_TRUE(contains(neither.talk, "--found") && contains(neither.talk, "--join"));
  EXPECT_EQ(run({"snapshot", "restore", "--data", at("b"), "--found", "--join", at("backup")}).code,
            2);
  EXPECT_FALSE(fs::exists(folder_ / "b"));
  EXPECT_EQ(restore("a", "--found").code, 4);
  EXPECT_EQ(save("a").code, 4);  // over a backup that is there
  EXPECT_TRUE(node.wait_online());
}

TEST_F(X11, X11_AKilledNodesLastEntriesAreSavedIfAskedFor) {
  Node& node = start("a", {"--founders", "1"});
  ASSERT_TRUE(node.wait_online());
  write("a", "key");
  const std::string state = digest("a");
  kill("a");
  ASSERT_EQ(run({"snapshot", "save", "--data", at("a"), "--uncommitted", at("backup")}).code, 0);
  EXPECT_EQ(verify().code, 0);
  ASSERT_EQ(restore("b", "--found").code, 0);
  Node& founder = start("b", {"--join"});
  ASSERT_TRUE(founder.wait_online());
  EXPECT_EQ(digest("b"), state);
}

TEST_F(X11, X11_AStoppedNodesWholeLogIsSavedWithoutASnapshot) {
  Node& node = start("a", {"--founders", "1"});
  ASSERT_TRUE(node.wait_online());
  write("a", "key");
  const std::string state = digest("a");
  stop("a");
  const Ended saved = save("a");
  ASSERT_EQ(saved.code, 0) << saved.talk;
  EXPECT_EQ(saved.json().at("snapshot"), json());
  EXPECT_EQ(saved.json().at("left_out"), 0);
  EXPECT_EQ(verify().code, 0);
  ASSERT_EQ(restore("b", "--found").code, 0);
  Node& founder = start("b", {"--join"});
  ASSERT_TRUE(founder.wait_online());
  EXPECT_EQ(digest("b"), state);
  Node& second = start("c", {"--join", "--peer", founder.listens()});
  ASSERT_TRUE(second.wait_online());
  EXPECT_EQ(digest("c"), state);
}

}  // namespace
}  // namespace tessera::tool::testing
