#pragma once

#include <tessera/net/asio/internal/half_open.h>
#include <tessera/net/asio/internal/switchboard.h>

#include <boost/asio/basic_socket_acceptor.hpp>

#include <memory>
#include <mutex>

/// Takes connections in, has them prove who they are, and hands them to the switchboard.
/// `open` and `close` are callable from any thread, all else runs on the transport's strand.
namespace tessera::net {

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(std::shared_ptr<const TcpContext> context, Strand strand,
           std::shared_ptr<Switchboard> switchboard);

  /// Binds, listens and begins to accept. Once.
  [[nodiscard]] Result<void> open();

  /// The address that is bound; only after `open`.
  [[nodiscard]] const Address& address() const { return address_; }

  /// The port is free when this returns.
  void close();

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Strand>;
  using Endpoint = boost::asio::ip::tcp::endpoint;

  [[nodiscard]] Result<Endpoint> endpoint() const;
  [[nodiscard]] Result<void> bind(const Endpoint& endpoint);
  void accept();
  void accept_later();
  void on_socket(Socket socket);

  const std::shared_ptr<const TcpContext> context_;
  const Strand strand_;
  const std::shared_ptr<Switchboard> switchboard_;
  Address address_;
  HalfOpen half_open_;
  HalfOpen::Ticket next_ticket_ = 0;
  Timer timer_;

  // `close` frees the port before it returns, on whatever thread it is called.
  std::mutex acceptor_mutex_;
  Acceptor acceptor_;
};

}  // namespace tessera::net
