#pragma once

#include <tessera/runtime/network.h>
#include <tessera/runtime/tool/bench/served_cells.h>
#include <tessera/storage/cursor.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

/// Writes that are begun by the clock, whatever becomes of those before, and remembered one by one:
/// what shows when a group that has lost its leader takes writes again.
namespace tessera::tool::bench {

/// Used on one thread of its executor. What is under way keeps it alive.
class WriteStream : public std::enable_shared_from_this<WriteStream> {
 public:
  /// The system's, so that processes of one machine can compare its times.
  using Clock = std::chrono::steady_clock;

  struct Plan {
    double rate = 1000;  ///< writes a second
    std::size_t value_bytes = 256;
  };
  struct Done {
    Clock::time_point begun;
    Clock::time_point ended;
    Term term;  ///< in which it was committed
  };
  /// What happened to the group: since when, and the term it was in until then.
  struct Event {
    Clock::time_point at;
    Term term;
  };
  struct Summary {
    std::uint64_t written = 0;
    std::uint64_t failed = 0;
    std::uint64_t missed = 0;    ///< not begun, because too many were under way
    std::string problem;         ///< why the last of those failed
    Clock::duration longest{0};  ///< that a write took that ended after the event
  };

  WriteStream(const boost::asio::any_io_executor& executor, Group<ServedCells> group)
      : group_(std::move(group)), timer_(executor) {}

  /// Call once.
  void start(const Plan& plan);
  /// Of the writes begun after `event` and committed in a later term, the one that ended first;
  /// nothing if there is none before `patience` is over.
  boost::asio::awaitable<std::optional<Done>> first_after(Event event, Clock::duration patience);
  /// No more writes; completes when those under way have ended.
  boost::asio::awaitable<Summary> stop(Event event);

 private:
  static boost::asio::awaitable<void> run(std::shared_ptr<WriteStream> self);
  static boost::asio::awaitable<void> write(std::shared_ptr<WriteStream> self);
  void remember(const Done& done);

  Group<ServedCells> group_;
  boost::asio::steady_timer timer_;
  Plan plan_;
  std::uint64_t begun_ = 0;
  std::size_t under_way_ = 0;
  bool stopped_ = false;
  Summary summary_;
  std::deque<Done> done_;  ///< the latest, in the order in which they ended
};

}  // namespace tessera::tool::bench
