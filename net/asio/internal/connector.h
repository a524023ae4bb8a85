#pragma once

#include <tessera/net/asio/internal/tcp_context.h>

#include <boost/asio/ip/basic_resolver.hpp>

#include <functional>
#include <memory>
#include <vector>

/// Resolves an address, anew each time, and connects to one of the endpoints behind it.
///
/// Runs on a strand of its own and keeps itself alive until it is done; `abort` is callable from
/// any thread.
namespace tessera::net {

class Connector final : public Operation, public std::enable_shared_from_this<Connector> {
 public:
  /// Called once, on the strand of the socket.
  using OnDone = std::function<void(Result<Socket>)>;

  explicit Connector(std::shared_ptr<const TcpContext> context);

  void start(const Address& address, OnDone on_done);
  void abort(Error reason) override;

 private:
  using Resolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, Strand>;
  using Endpoint = boost::asio::ip::tcp::endpoint;

  void resolve(const Address& address);
  void connect(std::vector<Endpoint> endpoints);
  void finish(Result<Socket> result);

  std::shared_ptr<const TcpContext> context_;
  Strand strand_;
  Resolver resolver_;
  Socket socket_;
  Timer timer_;
  OnDone on_done_;
  std::vector<Endpoint> endpoints_;
};

}  // namespace tessera::net
