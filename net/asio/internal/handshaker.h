#pragma once

#include <tessera/net/asio/internal/tcp_context.h>

#include <array>
#include <functional>
#include <memory>
#include <vector>

/// Drives one handshake over a connected socket, within its time.
///
/// Runs on the socket's strand and keeps itself alive until it is done; `abort` is callable from
/// any thread.
namespace tessera::net {

class Handshaker final : public Operation, public std::enable_shared_from_this<Handshaker> {
 public:
  struct Done {
    Socket socket;
    Introduction introduction;
  };
  /// Called once, on the socket's strand.
  using OnDone = std::function<void(Result<Done>)>;

  Handshaker(std::shared_ptr<const TcpContext> context, Socket socket, HandshakeSettings settings);

  void start(OnDone on_done);

  /// Ends it with `reason` if it is not done yet.
  void abort(Error reason) override;

 private:
  void step();
  void read();
  void on_read();
  void fail(Error reason);
  void complete();

  std::shared_ptr<const TcpContext> context_;
  Socket socket_;
  Timer timer_;
  Handshake handshake_;
  OnDone on_done_;
  std::vector<std::uint8_t> output_;
  std::vector<std::uint8_t> input_;
  std::optional<Error> failure_;  // To be reported once the output has been written.
  bool is_done_ = false;
};

}  // namespace tessera::net
