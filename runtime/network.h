#pragma once

#include <tessera/groups/group_key.h>
#include <tessera/primitives/result.h>
#include <tessera/runtime/group_builder.h>
#include <tessera/runtime/network_config.h>
#include <tessera/runtime/operation.h>

#include <memory>
#include <string>
#include <vector>

/// A node of a network: what a service holds first.
namespace tessera {

template <class K, class V>
class Map;

/// What this node knows of the network.
struct NetworkStatus {
  PeerId self;
  NetworkId network;
  std::vector<std::string> listen;  ///< addresses that peers can dial
  std::vector<PeerId> links;        ///< connected peers, ascending
  struct DialFailure {
    std::string address;
    Error reason;
  };
  std::vector<DialFailure> dial_failures;  ///< the latest for each address
  std::optional<Error> storage_failure;    ///< set once: this node's groups have stopped
  /// The store was damaged when it was opened and has been set aside; in words, with what to do.
  std::optional<Error> store_repaired;
  std::optional<Error> disk_shortage;  ///< the disk is nearly full: no commands are taken
};

/// A handle, cheap to copy; all functions are callable from any thread. When the last copy goes,
/// its groups close: handles of them complete everything with `group_closed`. It starts
/// `1 + offload_threads` threads, and RocksDB its own; two networks in one process share nothing.
/// Construct it after `fork()`.
class Network {
 public:
  /// Opens the store and binds the address. Blocks on the disk. Throws
  /// `boost::system::system_error` with the reason in words.
  ///
  /// `executor`: runs the library's handlers, of an `io_context` that the service runs with as many
  /// threads as it likes; it must outlive the last copy.
  Network(boost::asio::any_io_executor executor, NetworkConfig config);

  /// Another handle of a network that is open: of use to the library itself.
  explicit Network(std::shared_ptr<runtime::NetworkState> state) : state_(std::move(state)) {}

  /// The same without blocking: `void(error_code, std::optional<Network>)`; there is a network if
  /// there is no error.
  template <class Token = boost::asio::use_awaitable_t<>>
  static auto open(const boost::asio::any_io_executor& executor, const NetworkConfig& config,
                   Token&& token = {}) {
    auto begin = [executor, config](runtime::Finish<std::optional<Network>> finish) {
      return Network::begin_open(executor, config, std::move(finish));
    };
    return runtime::run_operation<std::optional<Network>>(executor, std::move(begin),
                                                          std::forward<Token>(token));
  }

  /// Begins to say how this node takes part in the group of `key`.
  [[nodiscard]] GroupBuilder group(GroupKey key) const;

  /// Opens the replicated map `name` (collections/map.h). Whoever is in the network can open it:
  /// its group key is derived from the network and the name.
  template <class K, class V>
  [[nodiscard]] Map<K, V> map(const std::string& name, Genesis genesis = Genesis::expect(3)) const;

  /// Keeps a link to whoever listens at "host:port", as if it were among `NetworkConfig::peers`.
  Result<void> dial(const std::string& address) const;

  [[nodiscard]] PeerId local_id() const;
  [[nodiscard]] NetworkId id() const;
  /// The addresses that peers can dial.
  [[nodiscard]] std::vector<std::string> listen_addresses() const;
  [[nodiscard]] NetworkStatus status() const;
  [[nodiscard]] boost::asio::any_io_executor executor() const;

 private:
  static runtime::Cancel begin_open(const boost::asio::any_io_executor& executor,
                                    const NetworkConfig& config,
                                    runtime::Finish<std::optional<Network>> finish);

  [[nodiscard]] GroupKey collection_key(std::string_view kind, std::string_view name) const;

  std::shared_ptr<runtime::NetworkState> state_;
};

}  // namespace tessera
