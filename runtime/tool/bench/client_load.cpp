#include <tessera/runtime/tool/bench/client_load.h>
#include <tessera/runtime/tool/bench/write_plan.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <limits>
#include <utility>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);
/// A client whose call failed waits so long: a group that refuses at once is not to be flooded.
constexpr std::chrono::milliseconds pause_after_failure{10};

}  // namespace

void ClientLoad::start(const ClientPlan& plan) {
  plan_ = plan;
  read_at_ = Clock::now();
  due_.assign(plan_.clients, Clock::time_point::max());
  if (plan_.rate > 0) {
    const double seconds = static_cast<double>(plan_.clients) / plan_.rate;
    interval_ = std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9) + 1);
  }
  for (std::size_t client = 0; client < plan_.clients; ++client) {
    // Schedules that are spread evenly: together they are one of the whole rate.
    const double share = static_cast<double>(client) / static_cast<double>(plan_.clients);
    const std::chrono::duration<double, std::nano> ahead =
        share * std::chrono::duration<double, std::nano>(interval_);
    if (plan_.rate > 0) {
      due_[client] = read_at_ + std::chrono::duration_cast<std::chrono::nanoseconds>(ahead);
    }
    spawn(executor_, run(shared_from_this(), client));
  }
}

ClientReading ClientLoad::read() {
  const auto now = Clock::now();
  reading_.seconds = std::chrono::duration<double>(now - read_at_).count();
  for (const auto due : due_) {
    if (due < now) reading_.overdue += static_cast<std::uint64_t>((now - due) / interval_);
  }
  read_at_ = now;
  return std::exchange(reading_, {});
}

void ClientLoad::note(Clock::time_point due, const ErrorCode& error) {
  if (error) {
    ++reading_.failed;
    reading_.problem = error.message();
  } else {
    reading_.latency.add(Clock::now() - due);
  }
}

asio::awaitable<void> ClientLoad::run(std::shared_ptr<ClientLoad> self, std::size_t client) {
  const std::vector<std::size_t>& numbers = self->plan_.groups;
  const std::size_t number = numbers[client % numbers.size()];
  Group<ServedCells> group = self->groups_[number];
  if (self->plan_.own_sessions) group = group.session();
  asio::steady_timer timer(self->executor_);
  while (!self->stopped_) {
    auto due = Clock::now();
    if (self->interval_.count() != 0) {
      due = self->due_[client];
      if (due > Clock::now()) {
        timer.expires_at(due);
        co_await timer.async_wait(completion);
        if (self->stopped_) break;
      }
    }
    const auto error = co_await call(self, group, self->made_++);
    self->note(due, error);
    if (self->interval_.count() != 0) self->due_[client] = due + self->interval_;
    if (error) {
      timer.expires_after(pause_after_failure);
      co_await timer.async_wait(completion);
    }
  }
}

asio::awaitable<ClientLoad::ErrorCode> ClientLoad::call(std::shared_ptr<ClientLoad> self,
                                                        Group<ServedCells> group,
                                                        std::uint64_t number) {
  const ClientPlan& plan = self->plan_;
  if (plan.work == ClientPlan::Work::write) {
    WritePlan values;
    values.count = std::numeric_limits<std::uint64_t>::max();
    values.keys = plan.keys;
    values.edition = plan.edition;
    values.value_bytes = plan.value_bytes;
    auto put = values.at(number);
    ServedCells::Set set;
    set.key = put.key;
    set.value = std::move(put.value);
    const auto [error, applied] = co_await group.execute(set, completion);
    co_return error;
  }
  ServedCells::Get get;
  get.key = number % plan.keys;
  const bool strong = plan.work == ClientPlan::Work::read_strong;
  const Consistency consistency = strong ? Consistency::strong : Consistency::weak;
  const auto [error, answer] = co_await group.query(get, consistency, completion);
  if (!error && answer.result.value.size() != plan.value_bytes) co_return Errc::damaged;
  co_return error;
}

}  // namespace tessera::tool::bench
