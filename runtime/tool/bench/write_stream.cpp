#include <tessera/runtime/tool/bench/write_plan.h>
#include <tessera/runtime/tool/bench/write_stream.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t under_way_max = 10'000;
constexpr std::size_t remembered_max = 200'000;
constexpr std::uint64_t keys = 1000;
constexpr std::chrono::milliseconds between_looks{1};

}  // namespace

void WriteStream::start(const Plan& plan) {
  plan_ = plan;
  spawn(timer_.get_executor(), run(shared_from_this()));
}

asio::awaitable<void> WriteStream::run(std::shared_ptr<WriteStream> self) {
  const std::chrono::duration<double> seconds(1 / self->plan_.rate);
  const auto interval = std::chrono::duration_cast<Clock::duration>(seconds);
  for (auto due = Clock::now(); !self->stopped_; due += interval) {
    self->timer_.expires_at(due);
    co_await self->timer_.async_wait(completion);
    if (self->stopped_) break;
    if (self->under_way_ == under_way_max) {
      ++self->summary_.missed;
      continue;
    }
    ++self->under_way_;
    spawn(self->timer_.get_executor(), write(self));
  }
}

asio::awaitable<void> WriteStream::write(std::shared_ptr<WriteStream> self) {
  WritePlan values;
  values.count = std::numeric_limits<std::uint64_t>::max();
  values.keys = keys;
  values.value_bytes = self->plan_.value_bytes;
  auto put = values.at(self->begun_++);
  ServedCells::Set set;
  set.key = put.key;
  set.value = std::move(put.value);
  Done done;
  done.begun = Clock::now();
  const auto [error, applied] = co_await self->group_.execute(set, completion);
  done.ended = Clock::now();
  --self->under_way_;
  if (error) {
    ++self->summary_.failed;
    self->summary_.problem = error.message();
    co_return;
  }
  done.term = applied.position.term;
  self->remember(done);
}

void WriteStream::remember(const Done& done) {
  ++summary_.written;
  if (done_.size() == remembered_max) done_.pop_front();
  done_.push_back(done);
}

asio::awaitable<std::optional<WriteStream::Done>> WriteStream::first_after(
    Event event, Clock::duration patience) {
  const auto self = shared_from_this();
  const auto until = Clock::now() + patience;
  asio::steady_timer timer(timer_.get_executor());
  const auto counts = [&](const Done& each) {
    return each.begun > event.at && each.term > event.term;
  };
  while (Clock::now() < until) {
    const auto found = std::find_if(done_.begin(), done_.end(), counts);
    if (found != done_.end()) co_return *found;
    timer.expires_after(between_looks);
    co_await timer.async_wait(completion);
  }
  co_return std::nullopt;
}

asio::awaitable<WriteStream::Summary> WriteStream::stop(Event event) {
  const auto self = shared_from_this();
  stopped_ = true;
  asio::steady_timer timer(timer_.get_executor());
  // Each ends by itself: an operation has a time limit.
  while (under_way_ != 0) {
    timer.expires_after(between_looks);
    co_await timer.async_wait(completion);
  }
  for (const Done& each : done_) {
    if (each.ended < event.at) continue;
    summary_.longest = std::max(summary_.longest, each.ended - each.begun);
  }
  co_return summary_;
}

}  // namespace tessera::tool::bench
