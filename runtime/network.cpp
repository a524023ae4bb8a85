#include <tessera/primitives/hash.h>
#include <tessera/runtime/internal/network_state.h>
#include <tessera/runtime/internal/plain_links.h>
#include <tessera/runtime/network.h>

#include <boost/system/system_error.hpp>

namespace tessera {
namespace {

using runtime::NetworkState;

std::shared_ptr<NetworkState> open_state(boost::asio::any_io_executor executor,
                                         const NetworkConfig& config,
                                         net::RecordProtection records) {
  auto options = runtime::node_options(executor, config, records);
  if (!options) {
    throw boost::system::system_error(options.error().code(), options.error().message());
  }
  auto node = shell::Node::create(*std::move(options));
  if (!node) throw boost::system::system_error(node.error().code(), node.error().message());
  return std::make_shared<NetworkState>(std::move(executor), config, *std::move(node));
}

}  // namespace

NetworkState::NetworkState(boost::asio::any_io_executor executor, const NetworkConfig& config,
                           std::shared_ptr<shell::Node> node)
    : executor_(std::move(executor)),
      id_(network_id(config)),
      sinks_{config.log, config.metrics},
      node_(std::move(node)) {}

runtime::GroupHandle NetworkState::join(shell::JoinOptions options, Brought mine) {
  // Under one lock with the join: a second one must not find the member without what it uses.
  const std::lock_guard lock(mutex_);
  runtime::GroupHandle handle;
  handle.executor = executor_;
  handle.member = node_->join(std::move(options));
  std::erase_if(in_use_, [](const auto& entry) { return entry.first.expired(); });
  const auto [entry, fresh] = in_use_.try_emplace(handle.member, InUse{mine.machine, mine.view});
  handle.machine = fresh ? std::move(mine.machine) : entry->second.machine.lock();
  handle.view = fresh ? std::move(mine.view) : entry->second.view.lock();
  return handle;
}

runtime::GroupHandle runtime::join(const Joining& joining, const Signatures& signatures,
                                   std::type_index type, std::shared_ptr<void> owner,
                                   MachinePort* machine, CatchUpStrategy* strategy) {
  shell::JoinOptions options(joining.key, {std::shared_ptr<MachinePort>(owner, machine),
                                           std::shared_ptr<CatchUpStrategy>(owner, strategy)});
  options.machine_signature = signatures.machine;
  options.state_sync_signature = signatures.state_sync;
  options.machine_type = type;
  options.genesis = joining.genesis;
  options.settings = joining.settings;
  options.durability = joining.durability;
  options.leadership = joining.leadership;
  return joining.network->join(std::move(options), {std::move(owner), joining.view});
}

SyncObserver runtime::sync_observer(const NetworkState& network) {
  return [sinks = network.sinks()](const SyncEvent& event) {
    // What peers cause is counted only: they must not fill the log.
    const bool ours = event.kind == SyncEvent::Kind::strategy_threw ||
                      event.kind == SyncEvent::Kind::unencodable_message;
    if (sinks.metrics) sinks.metrics->add({"tessera_sync_oddities_total"}, 1);
    if (ours && sinks.log) sinks.log({LogLevel::warning, "state sync", event.what});
  };
}

Network::Network(boost::asio::any_io_executor executor, NetworkConfig config)
    : state_(open_state(std::move(executor), config, net::RecordProtection::sealed)) {}

Network runtime::open_with_plain_links(boost::asio::any_io_executor executor,
                                       const NetworkConfig& config) {
  return Network(open_state(std::move(executor), config, net::RecordProtection::none));
}

runtime::Cancel Network::begin_open(const boost::asio::any_io_executor& executor,
                                    const NetworkConfig& config,
                                    runtime::Finish<std::optional<Network>> finish) {
  auto options = runtime::node_options(executor, config);
  if (!options) {
    finish(options.error().code(), {});
    return {};
  }
  shell::Node::open(*std::move(options), [executor, config, finish = std::move(finish)](
                                             Result<std::shared_ptr<shell::Node>> node) {
    if (!node) {
      // An error code has no room for the words.
      if (config.log) {
        config.log({LogLevel::error, "network", node.error().message()});
      }
      finish(node.error().code(), {});
      return;
    }
    finish({}, Network(std::make_shared<NetworkState>(executor, config, *std::move(node))));
  });
  return {};
}

GroupBuilder Network::group(GroupKey key) const {
  return GroupBuilder(runtime::Joining(state_, std::move(key)));
}

GroupKey Network::collection_key(std::string_view kind, std::string_view name) const {
  const UniqueId key =
      Hasher("tessera/collection").add(state_->id().view()).add(kind).add(name).digest();
  return GroupKey::from(key.bytes());
}

Result<void> Network::dial(const std::string& address) const {
  return state_->node().dial(address);
}

PeerId Network::local_id() const { return state_->node().self(); }

NetworkId Network::id() const { return state_->id(); }

std::vector<std::string> Network::listen_addresses() const {
  return state_->node().listen_addresses();
}

boost::asio::any_io_executor Network::executor() const { return state_->executor(); }

NetworkStatus Network::status() const {
  const shell::NodeStatus node = state_->node().status();
  NetworkStatus status;
  status.self = node.self;
  status.network = state_->id();
  status.listen = node.listen;
  status.links = node.links;
  for (const shell::DialFailure& failure : node.dial_failures) {
    status.dial_failures.push_back({failure.address, failure.reason});
  }
  status.storage_failure = node.storage_failure;
  status.store_repaired = node.store_repaired;
  status.disk_shortage = node.disk_shortage;
  return status;
}

}  // namespace tessera
