#pragma once

#include <tessera/groups/shell/node.h>
#include <tessera/net/channel/record_protection.h>
#include <tessera/runtime/group_handle.h>
#include <tessera/runtime/network_config.h>

#include <map>
#include <memory>
#include <mutex>
#include <typeindex>

/// What the copies of a `Network` share.
namespace tessera::runtime {

class NetworkState {
 public:
  /// How the operator hears of things.
  struct Sinks {
    LogSink log;
    std::shared_ptr<Metrics> metrics;
  };
  NetworkState(boost::asio::any_io_executor executor, const NetworkConfig& config,
               std::shared_ptr<shell::Node> node);

  [[nodiscard]] shell::Node& node() { return *node_; }
  [[nodiscard]] const NetworkId& id() const { return id_; }
  [[nodiscard]] const boost::asio::any_io_executor& executor() const { return executor_; }
  [[nodiscard]] const Sinks& sinks() const { return sinks_; }

  /// Joins with `mine` and its view, and says which are in use: those of an earlier join, if the
  /// member is the same.
  struct Brought {
    std::shared_ptr<void> machine;
    std::shared_ptr<void> view;
  };
  GroupHandle join(shell::JoinOptions options, Brought mine);

 private:
  boost::asio::any_io_executor executor_;
  NetworkId id_;
  Sinks sinks_;
  std::shared_ptr<shell::Node> node_;

  struct InUse {
    std::weak_ptr<void> machine;
    std::weak_ptr<void> view;
  };
  std::mutex mutex_;
  std::map<std::weak_ptr<shell::Member>, InUse, std::owner_less<>> in_use_;  // guarded by mutex_
};

/// The network that `config` names.
[[nodiscard]] NetworkId network_id(const NetworkConfig& config);

/// The node of `config`, not opened yet. An error if a setting makes no sense.
[[nodiscard]] Result<shell::NodeOptions> node_options(
    const boost::asio::any_io_executor& executor, const NetworkConfig& config,
    net::RecordProtection records = net::RecordProtection::sealed);

}  // namespace tessera::runtime
