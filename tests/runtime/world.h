#pragma once

#include "../primitives/counting_metrics.h"
#include "../storage/temporary_folder.h"
#include "journal.h"
#include <tessera/tessera.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// Whole networks in one process, over real sockets and real stores, as a service has them.
namespace tessera::tests {

/// How long anything may take before a test gives it up.
constexpr std::chrono::seconds patience{60};

using boost::asio::use_future;

/// What `future` brings; throws what it brings instead, or that nothing came.
template <class T>
T take(std::future<T> future) {
  if (future.wait_for(patience) != std::future_status::ready) {
    throw std::runtime_error("nothing came in time");
  }
  return future.get();
}

/// The error `future` ends with; none if it brings a value.
template <class T>
boost::system::error_code error_of(std::future<T> future) {
  try {
    take(std::move(future));
  } catch (const boost::system::system_error& error) {
    return error.code();
  }
  return {};
}

/// Waits until `condition` holds, looking again and again.
[[nodiscard]] bool comes_true(const std::function<bool()>& condition,
                              std::chrono::milliseconds within = patience);

/// A key made of bytes: nothing of it is stretched.
[[nodiscard]] GroupKey key_of(const std::string& name);

/// Settings that let a test find a leader soon.
[[nodiscard]] GroupSettings quick_settings();

class World {
 public:
  explicit World(unsigned threads = 2);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// How the network of `name` is made: its data in a folder of its own, which outlives it.
  [[nodiscard]] NetworkConfig config(const std::string& name,
                                     const std::vector<std::string>& peers = {}) const;
  /// Opens a network. It listens where one of this name did before.
  Network& start(const std::string& name, const std::vector<std::string>& peers = {});
  Network& start(const std::string& name, const NetworkConfig& config);
  void stop(const std::string& name) { networks_.erase(name); }

  [[nodiscard]] Network& operator[](const std::string& name) { return networks_.at(name); }
  /// Where `name` listens, as `NetworkConfig::peers` wants it.
  [[nodiscard]] std::vector<std::string> at(const std::string& name) const;

  /// Joins the group of `key` on `name` with a `Journal`.
  JournalGroup join(const std::string& name, const std::string& key = "the group",
                    const Genesis& genesis = Genesis::expect(3));

  /// Runs a coroutine to its end; throws what it throws.
  template <class T>
  T run(boost::asio::awaitable<T> coroutine) {
    return take(boost::asio::co_spawn(io_, std::move(coroutine), use_future));
  }

  [[nodiscard]] boost::asio::any_io_executor executor() { return io_.get_executor(); }
  [[nodiscard]] std::filesystem::path folder(const std::string& name) const {
    return folder_ / name;
  }
  /// What the networks had to say.
  [[nodiscard]] std::string log() const;
  /// What they have counted under `name`, all of them.
  [[nodiscard]] double counted(const std::string& name) const { return metrics_->sum(name); }

 private:
  storage::testing::TemporaryFolder folder_;
  struct Log {
    std::mutex mutex;
    std::string text;
  };
  std::shared_ptr<Log> log_ = std::make_shared<Log>();
  std::shared_ptr<test::CountingMetrics> metrics_ = std::make_shared<test::CountingMetrics>();
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
  std::map<std::string, Network> networks_;
  std::map<std::string, std::string> listens_;
};

/// What `group` holds, asked of its own node.
[[nodiscard]] Journal::Summary summary(const JournalGroup& group, Consistency consistency);

/// Executes lines "`first`", "`first` + 1", ... of one unit each, many under way at once.
Cursor write_lines(const JournalGroup& group, std::size_t first, std::size_t count);

/// Waits until `group` knows that it is online.
void wait_online(const JournalGroup& group);

/// Whether `group` comes to name a problem that contains `words`; the problem it names otherwise.
[[nodiscard]] ::testing::AssertionResult names_problem(const JournalGroup& group,
                                                       const std::string& words,
                                                       std::chrono::milliseconds within = patience);

}  // namespace tessera::tests
