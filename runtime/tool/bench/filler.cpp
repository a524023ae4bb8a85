#include <tessera/runtime/tool/bench/filler.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);

/// Puts are handed over in batches of about so many bytes, a few at a time: enough that the group's
/// own batches are full, little enough that memory is not what is measured.
constexpr std::uint64_t batch_bytes = std::uint64_t{64} << 10U;
constexpr std::uint64_t batch_puts_max = 256;
constexpr std::size_t workers_count = 4;
constexpr int tries_max = 30;
constexpr std::chrono::milliseconds pause_between_tries{200};

bool worth_repeating(const boost::system::error_code& error) {
  for (const Errc code :
       {Errc::not_committed, Errc::unknown_outcome, Errc::offline, Errc::would_block}) {
    if (error == code) return true;
  }
  return false;
}

struct Filling {
  Filling(const asio::any_io_executor& executor, std::shared_ptr<Subject> to, const WritePlan& what)
      : subject(std::move(to)), plan(what), ended(executor, Clock::time_point::max()) {}

  std::shared_ptr<Subject> subject;
  WritePlan plan;
  std::uint64_t next = 0;
  std::size_t workers = workers_count;
  std::optional<Error> failure;
  asio::steady_timer ended;
};

/// The next puts of the plan; none once all are taken.
std::vector<Put> take_batch(Filling& filling) {
  const std::uint64_t size = std::clamp<std::uint64_t>(
      batch_bytes / std::max<std::uint64_t>(1, filling.plan.value_bytes), 1, batch_puts_max);
  const std::uint64_t end = std::min(filling.next + size, filling.plan.count);
  std::vector<Put> puts;
  for (; filling.next < end; ++filling.next) puts.push_back(filling.plan.at(filling.next));
  return puts;
}

asio::awaitable<void> put_batch(std::shared_ptr<Filling> filling, std::vector<Put> puts) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer pause(executor);
  for (int tries = 1;; ++tries) {
    const auto error = co_await filling->subject->put_all(puts);
    if (!error) co_return;
    if (!worth_repeating(error) || tries == tries_max) {
      filling->failure = Error(error, error.message());
      co_return;
    }
    pause.expires_after(pause_between_tries);
    co_await pause.async_wait(completion);
  }
}

asio::awaitable<void> work(std::shared_ptr<Filling> filling) {
  for (;;) {
    std::vector<Put> puts = take_batch(*filling);
    if (puts.empty() || filling->failure) break;
    co_await put_batch(filling, std::move(puts));
  }
  if (--filling->workers == 0) filling->ended.cancel();
}

}  // namespace

asio::awaitable<Result<void>> fill(std::shared_ptr<Subject> subject, WritePlan plan) {
  const auto executor = co_await asio::this_coro::executor;
  const auto filling = std::make_shared<Filling>(executor, std::move(subject), plan);
  for (std::size_t worker = 0; worker < workers_count; ++worker) spawn(executor, work(filling));
  while (filling->workers != 0) co_await filling->ended.async_wait(completion);
  if (filling->failure) co_return *filling->failure;
  co_return Result<void>{};
}

}  // namespace tessera::tool::bench
