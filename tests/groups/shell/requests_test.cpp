#include <tessera/groups/shell/internal/requests.h>

#include <gtest/gtest.h>

#include <vector>

namespace tessera::shell {
namespace {

using core::RequestId;

class RequestsTest : public ::testing::Test {
 protected:
  RequestId add(OnFull on_full, std::size_t bytes = 10) {
    const RequestId name = requests.draw();
    Operation operation;
    operation.kind = Operation::Kind::execute;
    operation.command = Bytes(std::vector<std::uint8_t>(bytes));
    operation.on_full = on_full;
    operation.completion = [this](core::Reply reply) { replies.push_back(std::move(reply)); };
    requests.add(name, std::move(operation));
    return name;
  }
  core::Reply reply_to(RequestId inner, std::optional<Error> error = {}) {
    core::Reply reply;
    reply.request = inner;
    reply.error = std::move(error);
    return reply;
  }
  const Error full{Errc::would_block, "full"};
  Requests requests;
  std::vector<core::Reply> replies;
};

TEST_F(RequestsTest, TheCallersNameComesBack) {
  const RequestId name = add(OnFull::wait);
  const RequestId inner = requests.begin(name).inner;
  EXPECT_TRUE(requests.answer(reply_to(inner)));
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].request, name);
  EXPECT_FALSE(requests.answer(reply_to(inner))) << "an answer comes once";
}

TEST_F(RequestsTest, WhoeverWaitsIsTriedAgainUnderAnotherNameAndBeforeLaterOnes) {
  const RequestId first = add(OnFull::wait);
  const RequestId inner = requests.begin(first).inner;
  add(OnFull::wait);
  EXPECT_FALSE(requests.answer(reply_to(inner, full)));
  EXPECT_TRUE(replies.empty());
  EXPECT_EQ(requests.first_waiting(), first);
  EXPECT_NE(requests.begin(first).inner, inner);
}

TEST_F(RequestsTest, WhoeverChoseToFailIsTold) {
  const RequestId inner = requests.begin(add(OnFull::fail)).inner;
  EXPECT_TRUE(requests.answer(reply_to(inner, full)));
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_TRUE(replies[0].error->is(Errc::would_block));
}

TEST_F(RequestsTest, CancellingWhatWaitsAnswersItAndWhatHasBegunAsksTheCore) {
  const RequestId waiting = add(OnFull::wait);
  const RequestId begun = add(OnFull::wait);
  const RequestId inner = requests.begin(begun).inner;
  EXPECT_EQ(requests.cancel(waiting), std::nullopt);
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].request, waiting);
  EXPECT_EQ(requests.cancel(begun), inner);
  EXPECT_EQ(requests.cancel(waiting), std::nullopt) << "it is gone";
}

TEST_F(RequestsTest, TheQueueIsBounded) {
  for (int number = 0; number < 5; ++number) {
    add(OnFull::wait, std::size_t{60} << 20);
  }
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_TRUE(replies[0].error->is(Errc::would_block));
}

TEST_F(RequestsTest, EverybodyIsAnsweredAtTheEnd) {
  static_cast<void>(requests.begin(add(OnFull::wait)));
  add(OnFull::wait);
  requests.fail_all({Errc::group_closed, "closed"});
  EXPECT_EQ(replies.size(), 2U);
  EXPECT_EQ(requests.first_waiting(), std::nullopt);
}

}  // namespace
}  // namespace tessera::shell
