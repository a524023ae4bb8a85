#pragma once

#include <tessera/primitives/log_sink.h>
#include <tessera/primitives/metrics.h>
#include <tessera/storage/store.h>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// How a node takes part in a network. Plain values; read once, when the `Network` is made.
namespace tessera {

struct NetworkLimits {
  NetworkLimits() = default;

  std::size_t command_bytes_max = std::size_t{8} << 20U;  ///< of one encoded command
  /// Commands of this node's callers that wait or are under way, in each group.
  std::size_t waiting_bytes_max = std::size_t{64} << 20U;
  /// Of its log each group keeps so much although a snapshot holds what it did, so that members
  /// that were away for a short while are sent entries. When so much has come since the last
  /// snapshot, another is taken. At least 64 KiB.
  std::size_t retention_bytes = std::size_t{256} << 20U;
  /// With less room than this on the disk of `data_dir` (never more than a twentieth of it), this
  /// node's groups take no commands (`disk_full`), hand leadership on, and keep of their logs only
  /// what no snapshot holds.
  std::uint64_t disk_reserve_bytes = std::uint64_t{256} << 20U;
  std::size_t frame_bytes_max = std::size_t{16} << 20U;  ///< of one frame on a link
  /// Waiting to be sent to one peer, on each of its two lanes.
  std::size_t control_queue_bytes_max = std::size_t{32} << 20U;
  std::size_t bulk_queue_bytes_max = std::size_t{64} << 20U;
  /// Sent on the bulk lanes of all links together: parts of snapshots, entries for those that catch
  /// up, streams. 0: as much as goes. Leaves the machine to the groups that others catch up on.
  std::size_t bulk_bytes_per_second = 0;
  std::size_t half_open_max = 64;              ///< connections that have not proved themselves yet
  std::size_t half_open_per_address_max = 16;  ///< of these, from one address
  std::size_t links_max = 1024;                ///< linked peers
};

struct NetworkConfig {
  /// `name`: nodes of different names never meet; the network id is derived from it.
  explicit NetworkConfig(std::string network_name) : name(std::move(network_name)) {}

  std::string name;
  /// Where identity, log and snapshots are kept. Empty: in memory only, gone with the process.
  std::filesystem::path data_dir;
  /// "host:port" to listen on; port 0: the system chooses.
  std::string listen = "127.0.0.1:0";
  /// What peers can dial, if it is not `listen`; port 0 stands for the port listened on.
  std::vector<std::string> advertise;
  /// "host:port" of nodes to begin with. DNS names are resolved again at each dial.
  std::vector<std::string> peers;
  /// The key file; empty: `identity.key` in `data_dir`. Readable by its owner only (mode 0600).
  std::filesystem::path identity;
  NetworkLimits limits;
  /// How long an operation without a leader, or without an answer, waits.
  std::chrono::milliseconds operation_timeout{10'000};
  /// How long a node with `peers` looks for an existing group before it founds one.
  std::chrono::milliseconds genesis_wait{5000};
  /// A group in which nothing happens falls asleep: one heartbeat between two nodes then stands for
  /// all groups they share. A group sleeps only if every member's node says so.
  bool groups_may_sleep = true;
  /// Threads for work that blocks or takes long, among it sealing and opening what is sent in bulk.
  /// They run at niceness 10: commits come first. Each network also has one that writes.
  unsigned offload_threads = 2;
  /// Runs that work instead, if given; then no such threads are started.
  std::optional<boost::asio::any_io_executor> offload;
  LogSink log = standard_error_log();
  std::shared_ptr<Metrics> metrics = no_metrics();
  /// Opens the store; empty: RocksDB in `data_dir`, or memory without one.
  storage::StoreFactory store;
};

}  // namespace tessera
