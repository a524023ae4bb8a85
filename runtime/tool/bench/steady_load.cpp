#include <tessera/runtime/tool/bench/steady_load.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t under_way_max = 10'000;

}  // namespace

void SteadyLoad::start(const WritePlan& plan, double rate) {
  plan_ = plan;
  interval_ = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / std::max(rate, 0.001)));
  spawn(timer_.get_executor(), run(shared_from_this()));
}

void SteadyLoad::stop() {
  stopped_ = true;
  timer_.cancel();
}

LoadReading SteadyLoad::read() { return std::exchange(reading_, {}); }

asio::awaitable<void> SteadyLoad::run(std::shared_ptr<SteadyLoad> self) {
  const auto executor = self->timer_.get_executor();
  auto due = Clock::now();
  while (!self->stopped_) {
    // Those that are late are made at once, and count from when they were due: a group that stands
    // still must not be spared the puts that it would have held up.
    for (; due <= Clock::now(); due += self->interval_) {
      if (self->under_way_ == under_way_max) {
        ++self->reading_.missed;
        continue;
      }
      ++self->under_way_;
      Put next = self->plan_.at(self->made_++ % std::max<std::uint64_t>(1, self->plan_.count));
      spawn(executor, put(self, std::move(next), due));
    }
    self->timer_.expires_at(due);
    co_await self->timer_.async_wait(completion);
  }
}

asio::awaitable<void> SteadyLoad::put(std::shared_ptr<SteadyLoad> self, Put put,
                                      Clock::time_point due) {
  Write write;
  write.puts.push_back(std::move(put));
  const auto error = co_await self->subject_->write(std::move(write));
  --self->under_way_;
  if (error) {
    ++self->reading_.failed;
  } else {
    self->reading_.latency.add(Clock::now() - due);
  }
}

}  // namespace tessera::tool::bench
