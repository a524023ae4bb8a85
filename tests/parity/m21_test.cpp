#include "hooked_members.h"

#include <algorithm>
#include <set>

/// The hooks of a strategy's provider, on members with real sockets and stores.
namespace tessera::tests {
namespace {

using namespace std::chrono_literals;

/// Takes a snapshot of all there is and drops what may be dropped of the log.
Index pruned(HookedMembers& members) {
  take(members["a"].admin().snapshot(use_future));
  return take(members["a"].admin().prune(use_future)).index;
}

TEST(Parity, M21_WhatTheProviderSaysIsSafeBoundsPruning) {
  HookedMembers members({"a"});
  Cursor last;
  for (int word = 0; word < 30; ++word) last = members.say(std::to_string(word));
  EXPECT_EQ(pruned(members), Index(0)) << "nothing is safe, it says";
  members.book("a").prune_up_to(Index(20));
  EXPECT_EQ(pruned(members), Index(20));
  EXPECT_EQ(members["a"].status().base.index, Index(20));
  // More than there is: what a snapshot holds can go, and nothing else.
  members.book("a").prune_up_to(Index(1'000'000));
  const Index upto = pruned(members);
  EXPECT_GE(upto, last.index);
  EXPECT_LE(upto, members["a"].committed().index);
}

TEST(Parity, M21_CommittedSeesEveryAdvanceOnEveryMember) {
  HookedMembers members({"a", "b", "c"});
  std::vector<Cursor> positions;
  // One after the other, each waited for: each is an advance of its own on who executes it.
  for (int word = 0; word < 20; ++word) positions.push_back(members.say(std::to_string(word)));
  for (const std::string& name : members.names()) {
    const auto seen_all = [&] {
      const auto seen = members.book(name).commits();
      return !seen.empty() && seen.back() >= positions.back();
    };
    EXPECT_TRUE(comes_true(seen_all)) << name;
    const std::vector<Cursor> seen = members.book(name).commits();
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end())) << name;
    EXPECT_EQ(std::set<Cursor>(seen.begin(), seen.end()).size(), seen.size()) << name;
  }
  const std::vector<Cursor> own = members.book("a").commits();
  for (std::size_t number = 0; number + 1 < positions.size(); ++number) {
    const auto first = std::lower_bound(own.begin(), own.end(), positions[number]);
    ASSERT_NE(first, own.end());
    EXPECT_LT(*first, positions[number + 1]) << "missed the advance to " << positions[number];
  }
}

TEST(Parity, M21_PollIsCalledAgainWhenItSaysSoAndWhenItIsWoken) {
  HookedMembers members({"a"});
  members.say("hello");
  Words::StateSync::Book& book = members.book("a");
  const auto polls_after = [&](std::size_t more, auto action) {
    const std::size_t before = book.run([&](WordsContext& cx) {
      action(cx);
      return book.polls();
    });
    return comes_true([&] { return book.polls() >= before + more; });
  };
  EXPECT_TRUE(polls_after(3, [&](WordsContext&) { book.poll_again(3); }));
  EXPECT_TRUE(polls_after(1, [](WordsContext& cx) { cx.wake(); }));
  // Nothing else happens here that would have it polled at this time or later.
  const TimePoint due = book.run([](WordsContext& cx) {
    const TimePoint when = cx.now() + 50ms;
    cx.wake_at(when);
    return when;
  });
  EXPECT_TRUE(comes_true([&] { return book.polled_at() >= due; }));
}

TEST(Parity, M21_AMessageThatIsNotForProvidersReachesTheSession) {
  HookedMembers members({"a"});
  members.say("before");
  members.book("a").prune_up_to(Index(1'000'000));
  pruned(members);
  members.join("b");
  const Cursor last = members.say("after");
  EXPECT_FALSE(error_of(members["b"].when().applied(last, use_future))) << members.world().log();
  EXPECT_TRUE(members.book("a").has_received("provider: ask"));
  EXPECT_TRUE(members.book("b").has_received("session: state"));
  EXPECT_FALSE(members.book("b").has_received("provider: state"));
  EXPECT_EQ(members.said("b"), "before after ");
}

TEST(Parity, M21_BroadcastSaysWhomItReached) {
  HookedMembers members({"a", "b", "c"});
  const PeerId b = members.id("b");
  const PeerId c = members.id("c");
  const auto reached = [&] {
    return members.book("a").run([](WordsContext& cx) {
      const std::vector<PeerId> to = cx.broadcast({"note", {}, {}});
      return std::set<PeerId>(to.begin(), to.end());
    });
  };
  EXPECT_TRUE(comes_true([&] { return reached() == std::set<PeerId>{b, c}; }));
  EXPECT_TRUE(comes_true([&] { return members.book("b").has_received("provider: note"); }));
  EXPECT_TRUE(comes_true([&] { return members.book("c").has_received("provider: note"); }));
  members.lose("c");
  EXPECT_TRUE(comes_true([&] { return reached() == std::set<PeerId>{b}; }));
}

TEST(Parity, M21_FeedCommandWorksOnTheLeaderAndIsHandedBackElsewhere) {
  HookedMembers members({"a", "b", "c"});
  members.say("first");
  std::set<std::string> leaders;
  for (const std::string& name : members.names()) {
    // Both in one call, so that leadership cannot change between the question and the command.
    const auto [leads, handed_back] = members.book(name).run([&name](WordsContext& cx) {
      const auto back = cx.feed_command(Words::Say{"fed-by-" + name});
      return std::pair(cx.is_leader(), back ? back->word : std::string());
    });
    EXPECT_EQ(handed_back, leads ? "" : "fed-by-" + name);
    if (leads) leaders.insert(name);
  }
  ASSERT_EQ(leaders.size(), 1U);
  for (const std::string& name : members.names()) {
    EXPECT_TRUE(comes_true([&] {
      return members.said(name) == "first fed-by-" + *leaders.begin() + " ";
    })) << name
        << " says " << members.said(name);
  }
}

}  // namespace
}  // namespace tessera::tests
