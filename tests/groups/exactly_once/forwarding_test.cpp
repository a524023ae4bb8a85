#include "clients_fixture.h"

#include <limits>

namespace tessera::core {
namespace {

/// What leaves together shares a message, and an answer may be about several sendings.
using Forwarding = ClientsTest;

TEST_F(Forwarding, WhatLeavesTogetherSharesAMessage) {
  begin({"a"});
  execute(2, "b");
  execute(3, "c");
  operations_->feed(now_, RequestId{4}, Bytes::copy("f"));
  const auto messages = leave();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].entries.size(), 3U);
  EXPECT_EQ(messages[0].run, owner_.run);
  EXPECT_EQ(messages[0].term, raft_->term());
  EXPECT_TRUE(leave().empty());
}

TEST_F(Forwarding, AMessageHasAnEnd) {
  begin({"a"});
  const std::string nearly_half(500'000, 'x');
  for (std::uint64_t request = 2; request <= 5; ++request) execute(request, nearly_half);
  execute(6, std::string(3'000'000, 'y'));
  execute(7, "z");
  std::uint64_t next = 0;
  std::vector<std::size_t> entries;
  for (const ForwardRequest& message : leave()) {
    EXPECT_TRUE(next == 0 || message.attempt == next);
    next = message.attempt + message.entries.size();
    entries.push_back(message.entries.size());
  }
  EXPECT_EQ(entries, (std::vector<std::size_t>{2, 2, 1, 1}));
}

TEST_F(Forwarding, OneAnswerIsForAllThatItCounts) {
  const auto left = begin({"a", "b", "c"});
  answer_all(left[0].attempt, 2, ForwardOutcome::appended, at(1, 50));
  pass(patience_);
  EXPECT_EQ(line(look()), "3:c");
  // Where the second one stands nothing was done: it is known that this was its last sending.
  operations_->skipped(origin(2), at(1, 51));
  EXPECT_EQ(line(look()), "1:a 2:b 3:c");
}

TEST_F(Forwarding, EveryCommandOfARefusedMessageLeavesAgain) {
  const auto left = begin({"a", "b", "c"});
  answer_all(left[0].attempt, 3, ForwardOutcome::not_leader);
  EXPECT_TRUE(look().empty());
  follow(3, 2);
  operations_->term_began(Term{2});
  EXPECT_EQ(line(look()), "1:a 2:b 3:c");
}

TEST_F(Forwarding, AnAnswerAboutMoreThanWasSentSaysNothingOfTheRest) {
  const auto left = begin({"a", "b"});
  answer_all(left[1].attempt, std::numeric_limits<std::uint64_t>::max(), ForwardOutcome::appended,
             at(1, 51));
  pass(patience_);
  EXPECT_EQ(line(look()), "1:a 2:b");
  execute(3, "c");
  EXPECT_EQ(line(look()), "3:c");
  pass(patience_ * 2);
  EXPECT_EQ(line(look()), "1:a 2:b 3:c");
}

TEST_F(Forwarding, FeedsOfOneMessageHearEachOfItsOwnPosition) {
  begin({"a"});
  operations_->feed(now_, RequestId{2}, Bytes::copy("f"));
  operations_->feed(now_, RequestId{3}, Bytes::copy("g"));
  const auto messages = leave();
  ASSERT_EQ(messages.size(), 1U);
  answer_all(messages[0].attempt, 2, ForwardOutcome::appended, at(1, 70));
  look();
  EXPECT_EQ(replies_[2].position, at(1, 70));
  EXPECT_EQ(replies_[3].position, at(1, 71));
}

}  // namespace
}  // namespace tessera::core
