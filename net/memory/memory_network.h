#pragma once

#include <tessera/net/transport.h>

#include <functional>
#include <memory>

/// A network within one process, for tests: transports that reach each other by address strings,
/// with links that tests can cut and heal.
///
/// Every event of every transport of one network is delivered one at a time, in the order in which
/// it came about, never from within the call that caused it. With a `Post` it happens on the
/// executor behind it; without one, when the test calls `run`. All functions are callable from any
/// thread. Handles are cheap to copy; the network lives as long as one of them or a transport.
namespace tessera::net {

class MemoryHub;

class MemoryNetwork {
 public:
  /// Runs what it is given, later, on some thread.
  using Post = std::function<void(std::function<void()>)>;

  /// Events wait for `run`.
  MemoryNetwork();
  explicit MemoryNetwork(Post post);

  struct Node {
    PeerId peer;
    Address listen;
    std::size_t queue_bytes_max = std::size_t{64} << 20U;  ///< each lane of each link
    std::size_t frame_bytes_max = std::size_t{16} << 20U;
  };
  /// Does nothing until it is started; one that is stopped may be followed by another with the
  /// same peer and address.
  [[nodiscard]] std::unique_ptr<Transport> transport(Node node);

  /// Takes the link between two peers down and lets none come about until `heal`.
  struct Pair {
    PeerId one;
    PeerId other;
  };
  void cut(const Pair& pair);
  void heal(const Pair& pair);

  /// Delivers the next event, if there is one. Only without a `Post`.
  bool run_one();
  /// Delivers events until none are left, also those that come about meanwhile; returns how many.
  std::size_t run();

 private:
  std::shared_ptr<MemoryHub> hub_;
};

}  // namespace tessera::net
