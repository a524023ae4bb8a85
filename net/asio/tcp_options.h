#pragma once

#include <tessera/net/address.h>
#include <tessera/net/channel/record_protection.h>
#include <tessera/net/identity.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/log_sink.h>
#include <tessera/primitives/metrics.h>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

/// How a TCP transport behaves. Values; read once, when the transport is made.
namespace tessera::net {

struct TcpLimits {
  std::size_t frame_bytes_max = std::size_t{16} << 20U;          ///< of one frame's payload
  std::size_t control_queue_bytes_max = std::size_t{32} << 20U;  ///< waiting to be sent, each peer
  std::size_t bulk_queue_bytes_max = std::size_t{64} << 20U;
  std::size_t bulk_bytes_per_second = 0;       ///< sent on all bulk lanes together; 0: no bound
  std::size_t handshake_bytes_max = 1024;      ///< read from a peer that has not proved itself
  std::size_t half_open_max = 64;              ///< incoming connections that have not done so yet
  std::size_t half_open_per_address_max = 16;  ///< of these, from one address
  std::size_t links_max = 1024;                ///< peers linked at a time
};

struct TcpTimes {
  using Duration = std::chrono::milliseconds;
  Duration connect{3000};       ///< to resolve a name and connect
  Duration handshake{3000};     ///< from connection to proof
  Duration keepalive{1000};     ///< silence after which a connection sends a sign of life
  Duration idle_max{5000};      ///< silence after which a connection counts as dead
  Duration probe{1000};         ///< for a link to answer when its peer dials in once more
  Duration linger{1000};        ///< to send what is queued when a link is closed
  Duration backoff_first{100};  ///< between dials; doubles up to:
  Duration backoff_max{5000};
};

struct TcpOptions {
  TcpOptions(std::shared_ptr<const Identity> who, const NetworkId& where)
      : identity(std::move(who)), network(where) {}

  std::shared_ptr<const Identity> identity;
  NetworkId network;
  Address listen{"127.0.0.1", 0};  ///< port 0: the system chooses
  /// What peers can dial, if it is not `listen`; port 0 stands for the port that is listened on.
  std::vector<Address> advertise;
  TcpLimits limits;
  TcpTimes times;
  /// Where what the bulk lanes carry is sealed and opened, if not on the strands of their
  /// connections. Must be usable until the transport's `stop` has returned.
  std::optional<boost::asio::any_io_executor> bulk_work;
  /// Other than `sealed` only to measure what sealing costs: the transport warns of it.
  RecordProtection records = RecordProtection::sealed;
  LogSink log = standard_error_log();
  std::shared_ptr<Metrics> metrics = no_metrics();
};

}  // namespace tessera::net
