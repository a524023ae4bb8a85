#pragma once

#include <tessera/groups/shell/internal/key_ring.h>
#include <tessera/groups/shell/internal/offload_threads.h>
#include <tessera/groups/shell/internal/vault.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/log_sink.h>
#include <tessera/primitives/metrics.h>
#include <tessera/primitives/signature.h>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

namespace tessera::shell {

class LinkTable;

/// What a member uses of its node. Copies share it.
struct MemberHome {
  boost::asio::any_io_executor executor;
  boost::asio::any_io_executor offload;
  std::shared_ptr<OffloadThreads> threads;  ///< keeps `offload` valid; absent: it is the user's
  std::shared_ptr<Vault> vault;
  std::shared_ptr<KeyRing> keys;
  std::weak_ptr<LinkTable> links;
  std::shared_ptr<const Signer> identity;
  NetworkId network;
  std::chrono::milliseconds genesis_wait{0};
  std::chrono::milliseconds operation_timeout{0};
  bool may_sleep = true;
  std::size_t command_max = 0;
  std::size_t waiting_max = 0;
  std::size_t retention_max = 0;
  std::size_t writer_bytes_max = 0;
  /// See `storage::Store::repaired`.
  std::optional<Error> store_repaired;
  /// The disk is short of space, as of now.
  std::optional<Error> disk_shortage;
  LogSink log;
  std::shared_ptr<Metrics> metrics;
  /// The store has failed: stops every member of the node. Any thread.
  std::function<void(const Error&)> store_failed;
};

}  // namespace tessera::shell
