#pragma once

#include <tessera/runtime/network.h>
#include <tessera/runtime/tool/bench/cells.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

/// A member that is measured, whatever its strategy.
namespace tessera::tool::bench {

/// How a process takes part.
struct JoinPlan {
  std::string key;
  Genesis genesis = Genesis::join();
  GroupSettings settings;
  LeadershipPreference leadership = LeadershipPreference::normal();
};

/// Used on the one thread that runs its network's executor.
class Subject {
 public:
  using ErrorCode = boost::system::error_code;
  template <class T>
  using Task = boost::asio::awaitable<T>;

  virtual ~Subject() = default;
  [[nodiscard]] virtual GroupStatus status() const = 0;
  [[nodiscard]] virtual Admin admin() const = 0;
  [[nodiscard]] virtual Conditions when() const = 0;
  virtual Task<ErrorCode> write(Write write) = 0;
  /// In order, all under way at once.
  virtual Task<ErrorCode> write_all(std::vector<Write> writes) = 0;
  /// What this member holds by itself.
  virtual Task<std::pair<ErrorCode, Summary>> look() = 0;
  virtual Task<void> close() = 0;
};

/// A subject with one of the machines.
template <class Machine>
class SubjectOf final : public Subject {
 public:
  SubjectOf(const Network& network, const JoinPlan& plan)
      : group_(network.group(GroupKey::from(plan.key))
                   .genesis(plan.genesis)
                   .settings(plan.settings)
                   .leadership(plan.leadership)
                   .state_machine([] { return Machine(); })
                   .join()) {}

  [[nodiscard]] GroupStatus status() const override { return group_.status(); }
  [[nodiscard]] Admin admin() const override { return group_.admin(); }
  [[nodiscard]] Conditions when() const override { return group_.when(); }

  Task<ErrorCode> write(Write write) override {
    const auto [error, applied] = co_await group_.execute(write, completion);
    co_return error;
  }
  Task<ErrorCode> write_all(std::vector<Write> writes) override {
    const auto [error, applied] = co_await group_.execute_many(writes, completion);
    co_return error;
  }
  Task<std::pair<ErrorCode, Summary>> look() override {
    const typename Machine::Look look;
    const auto [error, answer] = co_await group_.query(look, Consistency::weak, completion);
    co_return std::pair(error, answer.result);
  }
  Task<void> close() override {
    const auto [error] = co_await group_.close(completion);
    static_cast<void>(error);
  }

 private:
  static constexpr auto completion = boost::asio::as_tuple(boost::asio::use_awaitable);

  Group<Machine> group_;
};

}  // namespace tessera::tool::bench
