#include <tessera/net/asio/tcp_transport.h>
#include <tessera/net/identity.h>
#include <tessera/runtime/internal/network_state.h>
#include <tessera/runtime/internal/repairing_store.h>
#include <tessera/runtime/internal/transport_links.h>
#include <tessera/runtime/restore_mark.h>
#include <tessera/storage/memory/memory_store.h>

#include <filesystem>
#include <system_error>

namespace tessera::runtime {
namespace {

constexpr std::string_view identity_file = "identity.key";
constexpr std::string_view store_folder = "store";
/// Less is not told apart when the log is measured.
constexpr std::size_t retention_bytes_min = std::size_t{64} << 10U;

Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Error(Errc::io_failed,
                 "the data folder " + folder.string() + " cannot be made: " + error.message());
  }
  return {};
}

Result<std::shared_ptr<const net::Identity>> open_identity(const NetworkConfig& config) {
  if (!config.data_dir.empty()) {
    if (auto whole = refuse_half_restored(config.data_dir); !whole) return whole.error();
    if (auto made = make_folder(config.data_dir); !made) return made.error();
  }
  std::filesystem::path path = config.identity;
  if (path.empty() && config.data_dir.empty()) {
    return std::make_shared<const net::Identity>(net::Identity::generate());
  }
  if (path.empty()) path = config.data_dir / identity_file;
  auto identity = net::Identity::load_or_create(path);
  if (!identity) return identity.error();
  return std::make_shared<const net::Identity>(*std::move(identity));
}

net::TcpLimits tcp_limits(const NetworkLimits& limits) {
  net::TcpLimits tcp;
  tcp.frame_bytes_max = limits.frame_bytes_max;
  tcp.control_queue_bytes_max = limits.control_queue_bytes_max;
  tcp.bulk_queue_bytes_max = limits.bulk_queue_bytes_max;
  tcp.bulk_bytes_per_second = limits.bulk_bytes_per_second;
  tcp.half_open_max = limits.half_open_max;
  tcp.half_open_per_address_max = limits.half_open_per_address_max;
  tcp.links_max = limits.links_max;
  return tcp;
}

/// Where a network's work is done.
struct Executors {
  boost::asio::any_io_executor strands;
  boost::asio::any_io_executor offload;
};

/// Reads the identity and makes the transport; runs where blocking is allowed.
Result<shell::NodeParts> make_parts(Executors executors, const NetworkConfig& config,
                                    net::RecordProtection records) {
  auto identity = open_identity(config);
  if (!identity) return identity.error();
  net::TcpOptions tcp(*identity, network_id(config));
  auto listen = net::Address::parse(config.listen);
  if (!listen) return listen.error().within("the address to listen on");
  tcp.listen = *std::move(listen);
  for (const std::string& text : config.advertise) {
    auto address = net::Address::parse(text);
    if (!address) return address.error().within("the address to advertise");
    tcp.advertise.push_back(*std::move(address));
  }
  tcp.limits = tcp_limits(config.limits);
  tcp.records = records;
  tcp.log = config.log;
  tcp.metrics = config.metrics ? config.metrics : no_metrics();
  tcp.bulk_work = std::move(executors.offload);
  shell::NodeParts parts;
  parts.identity = *identity;
  parts.links =
      make_transport_links(net::make_tcp_transport(std::move(executors.strands), std::move(tcp)));
  return parts;
}

storage::StoreFactory store_factory(const NetworkConfig& config) {
  if (config.store) return config.store;
  if (config.data_dir.empty()) {
    return [](PeerId) -> Result<std::unique_ptr<storage::Store>> {
      return storage::make_memory_store();
    };
  }
  return [path = config.data_dir / store_folder, log = config.log](PeerId owner) {
    storage::RocksOptions options;
    options.path = path;
    return open_or_repair(options, owner, log);
  };
}

/// How much room the disk of the data has; a node without data has none to fill.
shell::SpaceProbe space_probe(const NetworkConfig& config) {
  if (config.data_dir.empty()) return {};
  return [folder = config.data_dir]() -> std::optional<shell::DiskSpace> {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error) return std::nullopt;
    return shell::DiskSpace{space.available, space.capacity};
  };
}

}  // namespace

NetworkId network_id(const NetworkConfig& config) {
  return NetworkId(UniqueId::from("tessera/network").derive(config.name));
}

Result<shell::NodeOptions> node_options(const boost::asio::any_io_executor& executor,
                                        const NetworkConfig& config,
                                        net::RecordProtection records) {
  if (config.name.empty()) return Error(Errc::invalid_argument, "a network needs a name");
  for (const std::string& peer : config.peers) {
    if (auto address = net::Address::parse(peer); !address) {
      return address.error().within("the peers to begin with");
    }
  }
  if (config.limits.retention_bytes < retention_bytes_min) {
    return Error(Errc::invalid_argument,
                 "the limit 'retention_bytes' is " + std::to_string(config.limits.retention_bytes) +
                     " bytes; it must be at least " + std::to_string(retention_bytes_min));
  }
  shell::NodeOptions options(executor, network_id(config));
  options.parts = [executor, config, records](boost::asio::any_io_executor offload) {
    return make_parts({executor, std::move(offload)}, config, records);
  };
  options.store = store_factory(config);
  options.peers = config.peers;
  options.genesis_wait = config.genesis_wait;
  options.operation_timeout = config.operation_timeout;
  options.may_sleep = config.groups_may_sleep;
  options.space = space_probe(config);
  options.disk_reserve = config.limits.disk_reserve_bytes;
  options.command_max = config.limits.command_bytes_max;
  options.waiting_max = config.limits.waiting_bytes_max;
  options.retention_max = config.limits.retention_bytes;
  options.offload_threads = config.offload_threads;
  options.offload = config.offload;
  options.log = config.log;
  options.metrics = config.metrics ? config.metrics : no_metrics();
  return options;
}

}  // namespace tessera::runtime
