#pragma once

#include <tessera/runtime/tool/bench/subject.h>
#include <tessera/runtime/tool/bench/write_plan.h>
#include <tessera/runtime/tool/histogram.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

/// Puts at a steady rate, whatever becomes of those before, and how long each took.
namespace tessera::tool::bench {

/// What the puts since the last reading came to. A plain value.
struct LoadReading {
  Histogram latency;         ///< from the moment a put was due until it was applied here
  std::uint64_t failed = 0;  ///< puts that ended with an error
  std::uint64_t missed = 0;  ///< puts that were not made, because too many were under way
};

/// Used on one thread of its executor. What is under way keeps it alive until `stop`.
class SteadyLoad : public std::enable_shared_from_this<SteadyLoad> {
 public:
  SteadyLoad(const boost::asio::any_io_executor& executor, std::shared_ptr<Subject> subject)
      : subject_(std::move(subject)), timer_(executor) {}

  /// Makes the puts of `plan` over and over, `rate` a second. Call once.
  void start(const WritePlan& plan, double rate);
  /// No more puts; those under way are not waited for.
  void stop();
  /// What has happened since the last call, or the start.
  [[nodiscard]] LoadReading read();

 private:
  using Clock = std::chrono::steady_clock;

  static boost::asio::awaitable<void> run(std::shared_ptr<SteadyLoad> self);
  static boost::asio::awaitable<void> put(std::shared_ptr<SteadyLoad> self, Put put,
                                          Clock::time_point due);

  std::shared_ptr<Subject> subject_;
  boost::asio::steady_timer timer_;
  WritePlan plan_;
  std::chrono::nanoseconds interval_{0};
  std::uint64_t made_ = 0;
  std::size_t under_way_ = 0;
  bool stopped_ = false;
  LoadReading reading_;
};

}  // namespace tessera::tool::bench
