#pragma once

#include <tessera/groups/shell/disk_space.h>
#include <tessera/groups/shell/join_options.h>
#include <tessera/groups/shell/link_source.h>
#include <tessera/groups/shell/member.h>
#include <tessera/primitives/log_sink.h>
#include <tessera/primitives/metrics.h>
#include <tessera/primitives/result.h>
#include <tessera/primitives/signature.h>
#include <tessera/storage/store.h>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// One node of a network: its store, its links, and the members of groups that share them.
///
/// Owned by the `Network` of the runtime. All functions are callable from any thread. It runs on
/// the executor it is given, and starts `1 + offload_threads` threads of its own, which its
/// destructor joins; nothing else in it ever waits.
namespace tessera::shell {

/// The parts of a node that are made where blocking is allowed, once, when it opens.
struct NodeParts {
  std::shared_ptr<const Signer> identity;
  std::unique_ptr<LinkSource> links;
};

struct NodeOptions {
  NodeOptions(boost::asio::any_io_executor where, NetworkId which)
      : executor(std::move(where)), network(which) {}

  boost::asio::any_io_executor executor;  ///< everything but the blocking work runs here
  NetworkId network;
  /// Reads the identity and makes the source of links, which may work on `offload` until it is
  /// stopped; may block on the disk.
  std::function<Result<NodeParts>(boost::asio::any_io_executor offload)> parts;
  /// Opens the store; may take seconds.
  storage::StoreFactory store;

  std::vector<std::string> peers;  ///< addresses that are always dialled
  /// How long a node that has `peers` looks for an existing group before it founds one.
  std::chrono::milliseconds genesis_wait{5000};
  std::chrono::milliseconds operation_timeout{10'000};
  /// Groups that have nothing to do fall asleep, if all their members' nodes let them.
  bool may_sleep = true;
  /// How long a linked peer is given to prove a group's key before `status()` says none does.
  std::chrono::milliseconds proof_wait{3000};

  std::size_t command_max = 8U << 20U;           ///< bytes of one command
  std::size_t waiting_max = 64U << 20U;          ///< of a group's callers, waiting or under way
  std::size_t retention_max = 256U << 20U;       ///< of each group's log, behind its snapshot
  std::size_t writer_bytes_max = 256U << 20U;    ///< waiting for the disk, of all groups
  std::size_t incoming_bytes_max = 128U << 20U;  ///< received and unhandled, of a peer and lane

  /// How much room the disk has; empty: no disk.
  SpaceProbe space;
  /// With less room than this, in bytes, groups take no commands here; never more than a twentieth
  /// of the disk.
  std::uint64_t disk_reserve = std::uint64_t{256} << 20U;
  /// How often that is looked at.
  std::chrono::milliseconds space_interval{1000};

  unsigned offload_threads = 2;
  std::optional<boost::asio::any_io_executor> offload;  ///< instead of threads of its own

  LogSink log;
  std::shared_ptr<Metrics> metrics = no_metrics();
};

/// A dial that came to nothing, the latest for each address.
struct DialFailure {
  std::string address;
  Error reason;
};

struct NodeStatus {
  PeerId self;
  std::vector<std::string> listen;
  std::vector<PeerId> links;  ///< peers with a link, ascending
  std::vector<DialFailure> dial_failures;
  /// Addresses learned from peers that share a group, with whom they lead to.
  struct Known {
    PeerId peer;
    std::vector<std::string> addresses;
  };
  std::vector<Known> known;
  std::optional<Error> storage_failure;
  /// The store stands in for one that was damaged; see `storage::Store::repaired`.
  std::optional<Error> store_repaired;
  /// The disk is short of space, so no group takes commands here (`disk_full`).
  std::optional<Error> disk_shortage;
};

class Node {
 public:
  /// Opens the store, binds the address and begins to dial. Blocks on the disk. The error is that
  /// of the part that failed.
  static Result<std::shared_ptr<Node>> create(NodeOptions options);

  using Opened = std::function<void(Result<std::shared_ptr<Node>>)>;
  /// The same without blocking: `opened` runs on the node's executor.
  static void open(NodeOptions options, Opened opened);

  class State;
  explicit Node(std::shared_ptr<State> state);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Joins a group. Returns at once; what goes wrong later is `status().problem` of the member
  /// and the error of its operations. A group that is joined already, under the same key and
  /// signatures, gives the same member; with another machine type a member that says
  /// `machine_mismatch`.
  [[nodiscard]] std::shared_ptr<Member> join(JoinOptions options);

  /// Keeps a link to whoever listens at `address`. `malformed` if it does not parse.
  Result<void> dial(const std::string& address);

  [[nodiscard]] PeerId self() const;
  [[nodiscard]] std::vector<std::string> listen_addresses() const;
  [[nodiscard]] NodeStatus status() const;

  /// Closes every member and link, writes what was submitted and joins the node's threads. Every
  /// operation still under way completes with `group_closed`. Idempotent; the destructor calls it.
  void stop();

 private:
  std::shared_ptr<State> state_;
};

}  // namespace tessera::shell
