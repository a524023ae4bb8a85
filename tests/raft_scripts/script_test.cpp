#include "script.h"

#include "comparison.h"

#include <gtest/gtest.h>

namespace tessera::raft_scripts {
namespace {

Directive directive(const std::string& text) {
  const auto script = parse_script("test", text);
  EXPECT_TRUE(script.has_value());
  EXPECT_EQ(script->directives.size(), 1U);
  return script->directives.front();
}

Facts facts(const std::string& output) {
  return parse_facts(directive("stabilize\n----\n" + output + "\n"));
}

std::string differences(const std::string& expected, const std::string& found) {
  return Comparison().differences(facts(expected), facts(found));
}

TEST(Script, DirectiveHasArgumentsInputAndExpectedOutput) {
  const auto script = parse_script("test", R"(# a comment
add-nodes 3 voters=(1, 2,3) index=2 \
  prevote=true

propose-conf-change 1
v2 l3
----
ok
more

raft-log 1
----
----
one

two
----
----
)");
  ASSERT_TRUE(script.has_value()) << script.error().message();
  ASSERT_EQ(script->directives.size(), 2U);
  // Without dashes of its own the first one takes what follows as input, as in Go.
  const Directive& first = script->directives[0];
  EXPECT_EQ(first.line, 2U);
  EXPECT_EQ(*first.command.values_of("voters"), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(first.command.number_of({"index"}), 2U);
  EXPECT_TRUE(first.command.is_set("prevote"));
  EXPECT_EQ(first.command.numbers(), std::vector<int>{3});
  EXPECT_EQ(first.expected, "ok\nmore\n");
  EXPECT_EQ(script->directives[1].expected, "one\n\ntwo\n");
}

TEST(Script, ListThatDoesNotEndIsRefusedWithItsLine) {
  const auto script = parse_script("test", "\nadd-nodes 1 voters=(1,2\n----\nok\n");
  ASSERT_FALSE(script.has_value());
  EXPECT_NE(script.error().message().find("line 2"), std::string::npos);
}

TEST(Facts, EntriesOfAMessageMayStandOnLinesOfTheirOwn) {
  const Facts spread = facts(R"(> 1 handling Ready
  Messages:
  1->2 MsgApp Term:8 Log:6/19 Commit:18 Entries:[
    6/20 EntryNormal "a, ]b"
    8/21 EntryNormal ""
  ])");
  const Facts on_one = facts(R"(> 1 handling Ready
  Messages:
  1->2 MsgApp Term:8 Log:6/19 Commit:18 Entries:[6/20 EntryNormal "a, ]b", 8/21 EntryNormal ""])");
  ASSERT_EQ(spread.sent.size(), 1U);
  EXPECT_EQ(spread.sent[0].entries.size(), 2U);
  EXPECT_EQ(spread.sent, on_one.sent);
}

TEST(Facts, WhatGoesToAMembersOwnStorageIsNotSent) {
  const Facts read = facts(R"(> 1 handling Ready
  Messages:
  1->2 MsgVote Term:1 Log:1/10
  1->AppendThread MsgStorageAppend Term:1 Log:0/0 Commit:10 Vote:1 Responses:[
    1->1 MsgVoteResp Term:1 Log:0/0
    1->3 MsgVoteResp Term:1 Log:0/0
  ]
> 1 processing append thread
  Processing:
  1->AppendThread MsgStorageAppend Term:1 Log:0/0 Commit:10 Vote:1
  Responses:
  1->3 MsgVoteResp Term:1 Log:0/0
  AppendThread->1 MsgStorageAppendResp Term:1 Log:1/11)");
  ASSERT_EQ(read.sent.size(), 2U);
  EXPECT_EQ(read.sent[0].type, "MsgVote");
  EXPECT_EQ(read.sent[1].type, "MsgVoteResp");
  EXPECT_EQ(read.sent[1].to, 3);
  EXPECT_TRUE(read.unknown.empty());
}

TEST(Facts, SnapshotMayFollowItsMessage) {
  const Facts read = facts("dropped: 1->3 MsgSnap Term:1 Log:0/0\n  Snapshot: Index:12 Term:1 x");
  ASSERT_EQ(read.dropped.size(), 1U);
  EXPECT_EQ(read.dropped[0].snapshot, 12U);
}

TEST(Facts, LineThatSaysNothingKnownIsKept) {
  EXPECT_EQ(facts("raft: something else").unknown.size(), 1U);
}

TEST(Comparison, BatchingMakesNoDifference) {
  EXPECT_EQ(differences(R"(> 1 handling Ready
  Messages:
  1->2 MsgApp Term:1 Log:1/3 Commit:3 Entries:[1/4 EntryNormal "a"]
  1->2 MsgApp Term:1 Log:1/4 Commit:3 Entries:[1/5 EntryNormal "b"])",
                        R"(> 1 handling Ready
  Messages:
  1->2 MsgApp Term:1 Log:1/3 Commit:3 Entries:[1/4 EntryNormal "a", 1/5 EntryNormal "b"])"),
            "");
  EXPECT_EQ(differences("2->1 MsgAppResp Term:1 Log:0/4\n2->1 MsgAppResp Term:1 Log:0/5",
                        "2->1 MsgAppResp Term:1 Log:0/5"),
            "");
}

TEST(Comparison, RepetitionSaysNothing) {
  EXPECT_EQ(differences("1->2 MsgApp Term:1 Log:1/4 Commit:3\n1->2 MsgApp Term:1 Log:1/4 Commit:3",
                        "1->2 MsgApp Term:1 Log:1/4 Commit:3"),
            "");
}

/// Two outputs that must not pass for the same.
struct Unlike {
  const char* expected;
  const char* found;
};

class Difference : public testing::TestWithParam<Unlike> {};

TEST_P(Difference, IsSeen) {
  EXPECT_NE(differences(GetParam().expected, GetParam().found), "");
  EXPECT_NE(differences(GetParam().found, GetParam().expected), "");
  EXPECT_EQ(differences(GetParam().expected, GetParam().expected), "");
}

INSTANTIATE_TEST_SUITE_P(
    OfEachKind, Difference,
    testing::Values(
        Unlike{"1->2 MsgVote Term:1 Log:1/2", "1->2 MsgVote Term:2 Log:1/2"},
        Unlike{"1->2 MsgVote Term:1 Log:1/2", "1->2 MsgVote Term:1 Log:1/3"},
        Unlike{"1->2 MsgVote Term:1 Log:1/2", "1->3 MsgVote Term:1 Log:1/2"},
        Unlike{"1->2 MsgVote Term:1 Log:1/2", "1->2 MsgPreVote Term:1 Log:1/2"},
        Unlike{"2->1 MsgVoteResp Term:1 Log:0/0",
               "2->1 MsgVoteResp Term:1 Log:0/0 Rejected (Hint: 0)"},
        Unlike{"2->1 MsgAppResp Term:1 Log:4/9 Rejected (Hint: 3)",
               "2->1 MsgAppResp Term:1 Log:4/9 Rejected (Hint: 4)"},
        Unlike{"2->1 MsgAppResp Term:1 Log:0/4", "2->1 MsgAppResp Term:1 Log:0/5"},
        Unlike{"1->2 MsgHeartbeat Term:1 Log:0/0 Commit:4",
               "1->2 MsgHeartbeat Term:1 Log:0/0 Commit:5"},
        Unlike{"1->2 MsgApp Term:1 Log:1/3 Commit:3", "1->2 MsgApp Term:1 Log:1/3 Commit:4"},
        Unlike{"1->2 MsgApp Term:1 Log:1/3 Commit:3 Entries:[1/4 EntryNormal \"a\"]",
               "1->2 MsgApp Term:1 Log:1/3 Commit:3 Entries:[1/4 EntryNormal \"b\"]"},
        Unlike{"1->2 MsgSnap Term:1 Log:0/0 Snapshot: Index:11 x",
               "1->2 MsgSnap Term:1 Log:0/0 Snapshot: Index:12 x"},
        Unlike{"2->1 MsgHeartbeatResp Term:1 Log:0/0", "ok"},
        Unlike{"dropped: 2->1 MsgHeartbeatResp Term:1 Log:0/0",
               "2->1 MsgHeartbeatResp Term:1 Log:0/0"},
        Unlike{"> 1 handling Ready\nHardState Term:1 Vote:1 Commit:3",
               "> 1 handling Ready\nHardState Term:1 Vote:2 Commit:3"},
        Unlike{"> 1 handling Ready\nHardState Term:1 Vote:1 Commit:3", "> 1 handling Ready"},
        Unlike{"> 1 handling Ready\nLead:0 State:StateCandidate",
               "> 1 handling Ready\nLead:0 State:StateFollower"},
        Unlike{"> 1 handling Ready\nEntries:\n1/3 EntryNormal \"\"",
               "> 1 handling Ready\nCommittedEntries:\n1/3 EntryNormal \"\""},
        Unlike{"1: StateLeader (Voter) Term:1 Lead:1", "1: StateLeader (Non-Voter) Term:1 Lead:1"},
        Unlike{"2: StateProbe match=0 next=11", "2: StateReplicate match=0 next=11"},
        Unlike{"2: StateReplicate match=9 next=11", "2: StateReplicate match=9 next=12"},
        Unlike{"2: StateReplicate match=9 next=11 inflight=1",
               "2: StateReplicate match=9 next=11 inflight=2"},
        Unlike{"1/3 EntryNormal \"a\"", "1/3 EntryNormal \"b\""},
        Unlike{"raft proposal dropped", "ok"}));

}  // namespace
}  // namespace tessera::raft_scripts
