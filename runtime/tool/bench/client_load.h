#pragma once

#include <tessera/runtime/network.h>
#include <tessera/runtime/tool/bench/served_cells.h>
#include <tessera/runtime/tool/histogram.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Clients of groups, within the process of a member of each, and how long their calls take.
namespace tessera::tool::bench {

/// What the clients of one member do. A plain value.
struct ClientPlan {
  enum class Work : std::uint8_t { write, read_strong, read_weak };

  Work work = Work::write;
  std::size_t clients = 1;
  /// Calls a second of all of them together, each client having its share and its own schedule;
  /// 0: each makes its next call when the last one has ended.
  double rate = 0;
  std::uint64_t keys = 1;
  std::size_t value_bytes = 0;
  std::uint64_t edition = 0;  ///< values of different editions differ
  bool own_sessions =
      false;  ///< each client has a handle of its own; else all of a group share one
  /// Which of the process's groups the clients call, by number: the first client the first of them,
  /// and so on, over and over. Not empty.
  std::vector<std::size_t> groups = {0};
};

/// What the calls that ended since the last reading came to. A plain value.
struct ClientReading {
  /// With a rate, each counts from the moment it was due, whatever held it up.
  Histogram latency;
  std::uint64_t failed = 0;
  std::string problem;        ///< why the last of those that failed did
  std::uint64_t overdue = 0;  ///< with a rate: calls that are due now and have not been made
  double seconds = 0;         ///< since the last reading, or the start
};

/// Used on one thread of its executor. What is under way keeps it alive.
class ClientLoad : public std::enable_shared_from_this<ClientLoad> {
 public:
  using Groups = std::vector<Group<ServedCells>>;

  ClientLoad(const boost::asio::any_io_executor& executor, Groups groups)
      : executor_(executor), groups_(std::move(groups)) {}

  /// Call once, with groups that there are.
  void start(const ClientPlan& plan);
  /// No more calls; those under way end by themselves.
  void stop() { stopped_ = true; }
  [[nodiscard]] ClientReading read();

 private:
  using Clock = std::chrono::steady_clock;
  using ErrorCode = boost::system::error_code;

  static boost::asio::awaitable<void> run(std::shared_ptr<ClientLoad> self, std::size_t client);
  static boost::asio::awaitable<ErrorCode> call(std::shared_ptr<ClientLoad> self,
                                                Group<ServedCells> group, std::uint64_t number);
  void note(Clock::time_point due, const ErrorCode& error);

  boost::asio::any_io_executor executor_;
  Groups groups_;
  ClientPlan plan_;
  std::chrono::nanoseconds interval_{0};  ///< between the calls of one client; 0: none
  std::vector<Clock::time_point> due_;    ///< of each client: its next call, if there is a rate
  std::uint64_t made_ = 0;
  bool stopped_ = false;
  ClientReading reading_;
  Clock::time_point read_at_;
};

}  // namespace tessera::tool::bench
