#include "hooks.h"

#include "fake_group.h"
#include <tessera/statesync/adapter.h>

#include <gtest/gtest.h>

namespace tessera::tests {
namespace {

using Message = Hooked<Watched>::Message;

class Hooks : public testing::Test {
 protected:
  Hooks() {
    adapter_.observe([this](const SyncEvent& event) { events_.push_back(event); });
    extend(member_.log, {{1}, 5, 0});
    member_.run(adapter_);
    diary_.lines.clear();
  }

  CatchUpProvider& provider() { return *member_.provider(); }
  ProviderContext& cx() { return member_.provider_context(); }
  SessionContext& session_cx() { return member_.session_context(); }
  CatchUpSession& session() {
    if (member_.session() == nullptr) member_.open_session({{Term(1), Index(9)}, Index(9), {}});
    return *member_.session();
  }
  [[nodiscard]] std::string last_line() const { return diary_.lines.back(); }

  Diary diary_;
  FakeGroup group_{1};
  Member& member_ = group_.add(1);
  Member& other_ = group_.add(2);
  MachineAdapter<Watched> adapter_{[this] { return Watched(diary_); }};
  std::vector<SyncEvent> events_;
};

TEST_F(Hooks, OfAProviderAreCalled) {
  provider().committed({Term(2), Index(4)}, cx());
  EXPECT_EQ(last_line(), "committed 2:4");
  provider().marker({Term(2), Index(4)}, Bytes::copy("here"), cx());
  EXPECT_EQ(last_line(), "marker here at 2:4");
  provider().entries_read(Index(2), member_.log.read(Index(2), 1000), cx());
  EXPECT_EQ(last_line(), "read 4 from 2");
  EXPECT_TRUE(provider().poll(cx()));
  EXPECT_FALSE(provider().poll(cx()));
  EXPECT_EQ(last_line(), "polled");
  group_.leader = member_.id;
  provider().poll(cx());
  EXPECT_EQ(last_line(), "polled, leading");
  member_.applied = {Term(1), Index(3)};
  EXPECT_EQ(provider().safe_to_prune_prefix(cx()), Index(3));
}

TEST_F(Hooks, OfASessionAreCalled) {
  session();
  EXPECT_EQ(last_line(), "session to 1:9 with 0");
  session().buffer({Term(1), Index(3)}, member_.log.read(Index(4), 1000), session_cx());
  EXPECT_EQ(last_line(), "buffered 2 after 1:3");
  session().entries_read(Index(1), {}, session_cx());
  EXPECT_EQ(last_line(), "session read 0 from 1");
  group_.leader = other_.id;
  EXPECT_FALSE(session().poll(session_cx()));
  EXPECT_EQ(last_line(), "session polled, leader " + other_.id.brief());
}

TEST_F(Hooks, AMessageThatIsNotForTheProviderGoesToTheSession) {
  diary_.take_messages = false;
  const Bytes message = encode(Message{"hello"});
  const auto back = provider().receive(message, other_.id, cx());
  ASSERT_TRUE(back);
  EXPECT_TRUE(session().receive(*back, other_.id, session_cx()));
  // As the provider left it: it is not decoded again.
  EXPECT_EQ(last_line(), "session received hello, handed back");
  EXPECT_TRUE(session().receive(encode(Message{"hello"}), other_.id, session_cx()));
  EXPECT_EQ(last_line(), "session received hello");
}

TEST_F(Hooks, AMessageThatDoesNotDecodeIsNoProgress) {
  EXPECT_FALSE(session().receive(Bytes::copy("\xff"), other_.id, session_cx()));
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].kind, SyncEvent::Kind::undecodable_message);
}

TEST_F(Hooks, AMessageThatCannotBeSentIsTold) {
  group_.kill(other_);
  provider().receive(encode(Message{"hello"}), other_.id, cx());
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].kind, SyncEvent::Kind::unsent_message);
  EXPECT_EQ(events_[0].peer, other_.id);
}

TEST_F(Hooks, WhatAProviderThrowsIsToldAndEndsNothing) {
  diary_.throw_now = true;
  EXPECT_FALSE(provider().receive(encode(Message{"hello"}), other_.id, cx()));
  EXPECT_FALSE(provider().poll(cx()));
  ASSERT_EQ(events_.size(), 2U);
  EXPECT_EQ(events_[1].kind, SyncEvent::Kind::strategy_threw);
  EXPECT_EQ(events_[1].what, "a full diary");
}

TEST_F(Hooks, WhatASessionThrowsIsTheReasonWithWhichItFails) {
  session();
  diary_.throw_now = true;
  EXPECT_FALSE(session().poll(session_cx()));
  EXPECT_EQ(member_.failed, "the strategy threw: a full diary");
}

TEST_F(Hooks, ASessionThatCannotBeMadeFails) {
  diary_.throw_now = true;
  session();
  EXPECT_TRUE(member_.failed);
  EXPECT_FALSE(session().poll(session_cx()));
}

class Contexts : public Hooks {
 protected:
  using S = Hooked<Watched>;
  SyncHome<Watched> home_{std::make_unique<Watched>(diary_), {}};
  SyncProviderContext<S> provider_cx_{{member_.provider_context(), home_}};
  SyncSessionContext<S> session_cx_{{member_.session_context(), home_}};
};

TEST_F(Contexts, ShowTheMember) {
  member_.committed = {Term(1), Index(4)};
  EXPECT_EQ(&provider_cx_.machine(), home_.machine.get());
  EXPECT_EQ(provider_cx_.log().last(), (Cursor{Term(1), Index(5)}));
  EXPECT_EQ(provider_cx_.log().term_at(Index(3)), Term(1));
  EXPECT_EQ(provider_cx_.log().recent(Index(3))->preceding(), (Cursor{Term(1), Index(2)}));
  EXPECT_FALSE(provider_cx_.log().recent(Index(6)));
  EXPECT_EQ(provider_cx_.committed().index, Index(4));
  EXPECT_EQ(provider_cx_.local_id(), member_.id);
  EXPECT_EQ(provider_cx_.bonds().peers, std::vector<PeerId>{other_.id});
  EXPECT_EQ(provider_cx_.now(), group_.now);
  EXPECT_EQ(provider_cx_.leader(), std::nullopt);
  EXPECT_EQ(session_cx_.leader(), PeerId{});
}

TEST_F(Contexts, SendToAllReturnsToWhom) {
  group_.add(3);
  group_.kill(other_);
  EXPECT_EQ(provider_cx_.broadcast({"all"}), std::vector<PeerId>{peer(3)});
  EXPECT_FALSE(provider_cx_.send_to(other_.id, {"you"}));
}

TEST_F(Contexts, ACommandIsFedByTheLeaderOnly) {
  const auto back = provider_cx_.feed_command({7});
  ASSERT_TRUE(back);
  EXPECT_EQ(back->amount, 7);
  EXPECT_FALSE(provider_cx_.feed_marker(Bytes::copy("here")));
  group_.leader = member_.id;
  EXPECT_FALSE(provider_cx_.feed_command({8}));
  EXPECT_TRUE(provider_cx_.feed_marker(Bytes::copy("here")));
  ASSERT_EQ(member_.fed.size(), 2U);
  EXPECT_EQ(decode<Counter::Add>(member_.fed[0])->amount, 8);
}

TEST_F(Contexts, AppendAfterPassesEntriesOnAsTheyAre) {
  session();
  FakeLog longer = member_.log;
  extend(longer, {{2}, 3, 0});
  std::vector<Entry<Counter::Add>> entries;
  for (const LogEntry& entry : longer.read(Index(4), 1U << 20U)) entries.emplace_back(entry);
  session_cx_.append_after({Term(1), Index(5)}, entries);
  EXPECT_EQ(member_.log, longer);
}

}  // namespace
}  // namespace tessera::tests
