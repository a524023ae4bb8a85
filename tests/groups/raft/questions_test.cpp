#include "raft_fixture.h"
#include <tessera/groups/core/client/reads.h>

namespace tessera::core {
namespace {

/// What a member asks of its leader for the strong reads of its callers.
class Questions : public RaftTest {
 protected:
  static constexpr std::chrono::milliseconds timeout{5000};

  ReadResponse answer_to(std::uint64_t run) {
    ReadResponse response;
    response.term = raft_->term();
    response.run = run;
    response.counter = 1;
    response.index = Index{1};
    return response;
  }

  Reads reads_{{7, timeout}, outbox_};
};

TEST_F(Questions, AnAnswerToAnEarlierLifeAnswersNothing) {
  start({.commit = 1});
  receive(2, append(1, at(1, 1), {}));
  reads_.add_strong(now_, RequestId{1});
  reads_.pump(now_, raft_.get());
  const auto asked = sent_to<ReadRequest>(2);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].run, 7U);
  EXPECT_EQ(asked[0].counter, 1U);
  reads_.receive(answer_to(6));
  reads_.applied(at(1, 1));
  EXPECT_TRUE(effects().replies.empty());
  reads_.receive(answer_to(7));
  reads_.applied(at(1, 1));
  EXPECT_EQ(effects().replies.size(), 1U);
}

TEST_F(Questions, ThatNobodyCouldBeAskedAreAnsweredInTime) {
  start({});
  reads_.add_strong(now_, RequestId{1});
  reads_.pump(now_, raft_.get());
  EXPECT_EQ(reads_.next_deadline(), now_ + timeout);
  reads_.tick(now_ + timeout);
  const auto replies = effects().replies;
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_TRUE(replies[0].error && replies[0].error->is(Errc::offline));
}

}  // namespace
}  // namespace tessera::core
