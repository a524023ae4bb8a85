#pragma once

#include "../../primitives/counting_metrics.h"
#include "../recorder.h"
#include <tessera/net/asio/tcp_transport.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <thread>

/// Nodes with real sockets on loopback, and the threads that run them.
namespace tessera::net::fixture {

class Threads {
 public:
  explicit Threads(int count) : work_(io_.get_executor()) {
    for (int at = 0; at < count; ++at) threads_.emplace_back([this] { io_.run(); });
  }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { freeze(); }

  [[nodiscard]] boost::asio::any_io_executor executor() { return io_.get_executor(); }
  boost::asio::io_context& io() { return io_; }

  /// Nothing runs any more: what a crash of the machine looks like to the peers.
  void freeze() {
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

inline NetworkId test_network() { return NetworkId(UniqueId::from("test network")); }

inline TcpOptions options_for(std::shared_ptr<const Identity> identity) {
  TcpOptions options(std::move(identity), test_network());
  options.log = nullptr;
  options.times.backoff_first = std::chrono::milliseconds(10);
  options.times.backoff_max = std::chrono::milliseconds(200);
  return options;
}

inline std::shared_ptr<const Identity> new_identity() {
  return std::make_shared<const Identity>(Identity::generate());
}

struct TcpNode {
  using Edit = std::function<void(TcpOptions&)>;
  explicit TcpNode(Threads& threads, const Edit& edit = nullptr,
                   std::shared_ptr<const Identity> who = new_identity())
      : identity(std::move(who)) {
    TcpOptions options = options_for(identity);
    options.metrics = metrics;
    options.bulk_work = bulk_work.get_executor();
    if (edit) edit(options);
    transport = make_tcp_transport(threads.executor(), options);
  }

  void start() {
    const auto started = transport->start(events);
    ASSERT_TRUE(started.has_value()) << started.error().message();
  }
  [[nodiscard]] Address address() const { return transport->listen_addresses().front(); }
  [[nodiscard]] PeerId peer() const { return identity->peer(); }
  void dial(const TcpNode& other) { transport->dial({other.address(), std::nullopt}); }

  std::shared_ptr<const Identity> identity;
  std::shared_ptr<test::CountingMetrics> metrics = std::make_shared<test::CountingMetrics>();
  std::shared_ptr<Recorder> events = std::make_shared<Recorder>();
  boost::asio::thread_pool bulk_work{1};
  std::unique_ptr<Transport> transport;
};

/// Two linked nodes.
struct LinkedPair {
  explicit LinkedPair(Threads& threads, const TcpNode::Edit& edit = nullptr)
      : one(threads, edit), other(threads, edit) {
    one.start();
    other.start();
    one.dial(other);
    to_other = one.events->wait_for_link(other.peer());
    to_one = other.events->wait_for_link(one.peer());
    EXPECT_TRUE(to_other && to_one);
  }
  TcpNode one;
  TcpNode other;
  std::shared_ptr<Link> to_other;
  std::shared_ptr<Link> to_one;
};

}  // namespace tessera::net::fixture
