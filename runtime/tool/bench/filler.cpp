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
/// What every member makes by itself for one command.
constexpr std::uint64_t made_bytes = std::uint64_t{1} << 20U;
constexpr std::uint64_t made_puts_max = 16'384;
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
  Filling(const asio::any_io_executor& executor, std::shared_ptr<Subject> to, const FillPlan& what)
      : subject(std::move(to)), plan(what), ended(executor, Clock::time_point::max()) {
    // What is made in the order of its keys is written faster.
    if (plan.made) workers = 1;
  }

  std::shared_ptr<Subject> subject;
  FillPlan plan;
  std::uint64_t next = 0;
  std::size_t workers = workers_count;
  std::optional<Error> failure;
  asio::steady_timer ended;
};

/// The next puts of the plan, as one command.
Write take_write(Filling& filling) {
  const WritePlan& plan = filling.plan.writes;
  const std::uint64_t from = filling.next;
  filling.next = std::min(from + filling.plan.puts_of_one(), plan.count);
  Write write;
  if (filling.plan.made) {
    write.planned = PlannedPuts{plan, from, filling.next};
    return write;
  }
  for (std::uint64_t place = from; place < filling.next; ++place) {
    write.puts.push_back(plan.at(place));
  }
  return write;
}

/// The next commands; none once all puts are taken.
std::vector<Write> take_batch(Filling& filling) {
  const std::uint64_t value_bytes = std::max<std::uint64_t>(1, filling.plan.writes.value_bytes);
  const std::uint64_t puts =
      std::clamp<std::uint64_t>(batch_bytes / value_bytes, 1, batch_puts_max);
  const std::uint64_t commands = std::max<std::uint64_t>(1, puts / filling.plan.puts_of_one());
  std::vector<Write> writes;
  while (filling.next < filling.plan.writes.count && writes.size() < commands) {
    writes.push_back(take_write(filling));
  }
  return writes;
}

asio::awaitable<void> put_batch(std::shared_ptr<Filling> filling, std::vector<Write> writes) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer pause(executor);
  for (int tries = 1;; ++tries) {
    const auto error = co_await filling->subject->write_all(writes);
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
    std::vector<Write> writes = take_batch(*filling);
    if (writes.empty() || filling->failure) break;
    co_await put_batch(filling, std::move(writes));
  }
  if (--filling->workers == 0) filling->ended.cancel();
}

}  // namespace

std::uint64_t FillPlan::puts_of_one() const {
  if (!made) return std::max<std::uint64_t>(1, puts_in_one);
  const std::uint64_t value_bytes = std::max<std::uint64_t>(1, writes.value_bytes);
  return std::clamp<std::uint64_t>(made_bytes / value_bytes, 1, made_puts_max);
}

std::uint64_t FillPlan::commands() const {
  return (writes.count + puts_of_one() - 1) / puts_of_one();
}

asio::awaitable<Result<void>> fill(std::shared_ptr<Subject> subject, FillPlan plan) {
  const auto executor = co_await asio::this_coro::executor;
  const auto filling = std::make_shared<Filling>(executor, std::move(subject), plan);
  for (std::size_t worker = 0, all = filling->workers; worker < all; ++worker) {
    spawn(executor, work(filling));
  }
  while (filling->workers != 0) co_await filling->ended.async_wait(completion);
  if (filling->failure) co_return *filling->failure;
  co_return Result<void>{};
}

}  // namespace tessera::tool::bench
