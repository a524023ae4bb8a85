#pragma once

#include <tessera/runtime/tool/bench/cluster.h>
#include <tessera/runtime/tool/bench/throughput_run.h>

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// The groups that all members of a cluster share, as seen by the process that measures them.
namespace tessera::tool::bench {

/// Used on the one thread that runs the benchmark, by one caller at a time. Lives as long as its
/// functions run.
class MeasuredGroups {
 public:
  template <class T>
  using Task = boost::asio::awaitable<Result<T>>;
  /// Told how many of the groups have come so far.
  using Watcher = std::function<void(const char* what, std::size_t groups)>;

  /// `count`: of the groups, at least one. The members of `cluster` are client members.
  MeasuredGroups(std::shared_ptr<Cluster> cluster, std::size_t count, Watcher watcher)
      : cluster_(std::move(cluster)), count_(count), watcher_(std::move(watcher)) {}

  [[nodiscard]] std::size_t count() const { return count_; }

  /// Starts the members, and waits until the groups have come together. Seconds that it took.
  Task<double> found();
  /// Waits until each group has one leader and is all there on each of the members.
  Task<void> come_together();
  /// Who leads each group, as of the last time that somebody looked.
  [[nodiscard]] const std::vector<Place>& leaders() const { return leaders_; }
  /// Looks again; false if a group has no leader, or two.
  Task<bool> find_leaders();

  /// Waits until all groups sleep on all members, or do not do so for long. Seconds that it took.
  Task<double> fall_asleep();
  /// What each member takes for `seconds` in which nobody asks anything of it.
  Task<std::vector<IdleFigures>> idle(double seconds);

  /// Waits until every member has applied what any of them knew to be committed.
  Task<void> settle();
  /// Of the states of all groups, which the members hold alike at the same positions; `damaged` if
  /// they do not come to that.
  Task<std::string> compare();

 private:
  using Step = boost::asio::awaitable<Result<void>>;

  Step survey();
  Step pause(std::chrono::duration<double> time);
  /// The least that a member has said of itself.
  [[nodiscard]] std::size_t least(const char* field) const;
  [[nodiscard]] bool note_leaders();
  [[nodiscard]] std::chrono::duration<double> between_surveys() const;

  std::shared_ptr<Cluster> cluster_;
  std::size_t count_;
  Watcher watcher_;
  std::vector<nlohmann::json> surveys_;  ///< of each member: what it last said of its groups
  std::vector<Place> leaders_;
};

}  // namespace tessera::tool::bench
