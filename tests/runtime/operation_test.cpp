#include <tessera/runtime/operation.h>
#include <tessera/runtime/within.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

/// How operations begin, end and are cancelled, without a network.
namespace tessera::tests {
namespace {

using boost::system::error_code;
using runtime::Cancel;
using runtime::Finish;
using namespace std::chrono_literals;
constexpr auto aborted = boost::asio::error::operation_aborted;

/// An operation that ends when the test says so.
struct ByHand {
  Finish<int> finish;
  bool cancelled = false;
  bool ends_when_cancelled = true;

  template <class Token>
  auto run(boost::asio::io_context& io, Token&& token) {
    auto begin = [this](Finish<int> ends) -> Cancel {
      finish = std::move(ends);
      return [this] {
        cancelled = true;
        if (ends_when_cancelled) finish(aborted, 0);
      };
    };
    return runtime::run_operation<int>(io.get_executor(), std::move(begin),
                                       std::forward<Token>(token));
  }
};

/// What a handler was called with.
struct Heard {
  int calls = 0;
  error_code error;
  int value = 0;

  auto listen() {
    return [this](error_code ended_with, int brought) {
      ++calls;
      error = ended_with;
      value = brought;
    };
  }
};

TEST(Operation, TheHandlerIsNeverCalledInline) {
  boost::asio::io_context io;
  ByHand operation;
  Heard heard;
  operation.run(io, heard.listen());
  operation.finish({}, 7);
  EXPECT_EQ(heard.calls, 0);
  io.run();
  EXPECT_EQ(heard.calls, 1);
  EXPECT_EQ(heard.value, 7);
}

TEST(Operation, KeepsRunFromReturning) {
  boost::asio::io_context io;
  ByHand operation;
  Heard heard;
  operation.run(io, heard.listen());
  EXPECT_EQ(io.run_for(1ms), 0U);
  EXPECT_FALSE(io.stopped());
  operation.finish({}, 7);
  io.run();
  EXPECT_TRUE(io.stopped());
  EXPECT_EQ(heard.value, 7);
}

TEST(Operation, TheHandlerRunsOnItsOwnExecutor) {
  boost::asio::io_context io;
  boost::asio::io_context handlers;
  ByHand operation;
  Heard heard;
  operation.run(io, boost::asio::bind_executor(handlers.get_executor(), heard.listen()));
  operation.finish({}, 7);
  io.run();
  EXPECT_EQ(heard.calls, 0);
  handlers.run();
  EXPECT_EQ(heard.calls, 1);
}

TEST(Operation, IsCancelledThroughTheSlot) {
  boost::asio::io_context io;
  boost::asio::cancellation_signal signal;
  ByHand operation;
  Heard heard;
  operation.run(io, boost::asio::bind_cancellation_slot(signal.slot(), heard.listen()));
  signal.emit(boost::asio::cancellation_type::all);
  EXPECT_TRUE(operation.cancelled);
  io.run();
  EXPECT_EQ(heard.error, aborted);
}

TEST(Operation, IsCancelledOnceHoweverOftenTheSlotSignals) {
  boost::asio::io_context io;
  boost::asio::cancellation_signal signal;
  ByHand operation;
  operation.ends_when_cancelled = false;
  Heard heard;
  operation.run(io, boost::asio::bind_cancellation_slot(signal.slot(), heard.listen()));
  signal.emit(boost::asio::cancellation_type::all);
  operation.cancelled = false;
  signal.emit(boost::asio::cancellation_type::all);
  EXPECT_FALSE(operation.cancelled);
  operation.finish({}, 7);
  io.run();
  EXPECT_EQ(heard.value, 7);
}

TEST(Operation, ThatHasEndedIsNotCancelled) {
  boost::asio::io_context io;
  boost::asio::cancellation_signal signal;
  ByHand operation;
  Heard heard;
  operation.run(io, boost::asio::bind_cancellation_slot(signal.slot(), heard.listen()));
  operation.finish({}, 7);
  io.run();
  signal.emit(boost::asio::cancellation_type::all);
  EXPECT_FALSE(operation.cancelled);
  EXPECT_EQ(heard.calls, 1);
}

TEST(Operation, MayEndOnAnotherThreadBeforeItsBeginReturns) {
  boost::asio::thread_pool pool(2);
  std::atomic<int> ended = 0;
  constexpr int rounds = 2000;
  std::vector<std::unique_ptr<boost::asio::cancellation_signal>> signals;
  for (int round = 0; round < rounds; ++round) {
    auto& signal = *signals.emplace_back(std::make_unique<boost::asio::cancellation_signal>());
    auto begin = [&pool](Finish<int> finish) -> Cancel {
      boost::asio::post(pool, [finish = std::move(finish)] { finish({}, 1); });
      return [] {};
    };
    auto handler = [&ended](error_code, int value) { ended += value; };
    runtime::run_operation<int>(pool.get_executor(), std::move(begin),
                                boost::asio::bind_cancellation_slot(signal.slot(), handler));
  }
  pool.join();
  EXPECT_EQ(ended, rounds);
}

TEST(Operation, IsForgottenWithItsContextWhoeverOwnsTheSlot) {
  // A coroutine's frame owns the slot of the operation that owns its handler.
  const auto alive = std::make_shared<int>();
  {
    boost::asio::io_context io;
    auto signal = std::make_shared<boost::asio::cancellation_signal>();
    auto begin = [](Finish<int>) -> Cancel { return [] {}; };
    auto handler = [signal, alive](error_code, int) {};
    runtime::run_operation<int>(io.get_executor(), begin,
                                boost::asio::bind_cancellation_slot(signal->slot(), handler));
  }
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(Within, TheValueComesInTime) {
  boost::asio::io_context io;
  ByHand operation;
  Heard heard;
  operation.run(io, within(1h, heard.listen()));
  operation.finish({}, 7);
  io.run();
  EXPECT_EQ(heard.value, 7);
  EXPECT_FALSE(heard.error);
}

TEST(Within, AnOperationWithoutEffectTimesOut) {
  boost::asio::io_context io;
  ByHand operation;
  Heard heard;
  operation.run(io, within(1ms, heard.listen()));
  io.run();
  EXPECT_TRUE(operation.cancelled);
  EXPECT_EQ(heard.error, make_error_code(Errc::timed_out));
  EXPECT_EQ(heard.calls, 1);
}

TEST(Within, AnOperationThatHadLeftSaysSo) {
  boost::asio::io_context io;
  Finish<int> ends;
  auto begin = [&ends](Finish<int> finish) -> Cancel {
    ends = std::move(finish);
    return [&ends] { ends(make_error_code(Errc::unknown_outcome), 0); };
  };
  Heard heard;
  runtime::run_operation<int>(io.get_executor(), begin, within(1ms, heard.listen()));
  io.run();
  EXPECT_EQ(heard.error, make_error_code(Errc::unknown_outcome));
}

TEST(Within, TheSlotOfTheTokenStillCancels) {
  boost::asio::io_context io;
  boost::asio::cancellation_signal signal;
  ByHand operation;
  Heard heard;
  operation.run(io, within(1h, boost::asio::bind_cancellation_slot(signal.slot(), heard.listen())));
  signal.emit(boost::asio::cancellation_type::all);
  io.run();
  EXPECT_TRUE(operation.cancelled);
  EXPECT_EQ(heard.error, aborted);
}

TEST(Within, ACallbackWithoutAnExecutorRunsOnTheOperations) {
  boost::asio::io_context io;
  ByHand operation;
  std::thread::id ran_on;
  operation.run(io, within(1h, [&](error_code, int) { ran_on = std::this_thread::get_id(); }));
  operation.finish({}, 7);
  io.run();
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(Within, TheShorterOfTwoDeadlinesHolds) {
  boost::asio::io_context io;
  ByHand operation;
  Heard heard;
  operation.run(io, within(1h, within(1ms, heard.listen())));
  io.run();
  EXPECT_EQ(heard.error, make_error_code(Errc::timed_out));
}

TEST(Within, WorksInACoroutine) {
  boost::asio::io_context io;
  ByHand operation;
  const auto waits = [](boost::asio::io_context& where,
                        ByHand& what) -> boost::asio::awaitable<int> {
    co_return co_await what.run(where, within(1ms));
  };
  auto result = boost::asio::co_spawn(io, waits(io, operation), boost::asio::use_future);
  io.run();
  EXPECT_THROW(result.get(), boost::system::system_error);
}

TEST(Within, EndsOnManyThreadsAtOnce) {
  boost::asio::thread_pool pool(2);
  std::atomic<int> ended = 0;
  constexpr int rounds = 1000;
  for (int round = 0; round < rounds; ++round) {
    auto begin = [&pool](Finish<int> finish) -> Cancel {
      const auto shared = std::make_shared<std::atomic<bool>>(false);
      const auto once = [finish, shared](error_code error) {
        if (!shared->exchange(true)) finish(error, 1);
      };
      boost::asio::post(pool, [once] { once({}); });
      return [once] { once(aborted); };
    };
    runtime::run_operation<int>(pool.get_executor(), std::move(begin),
                                within(50us, [&ended](error_code, int value) { ended += value; }));
  }
  pool.join();
  EXPECT_EQ(ended, rounds);
}

}  // namespace
}  // namespace tessera::tests
