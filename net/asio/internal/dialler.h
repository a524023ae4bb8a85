#pragma once

#include <tessera/net/asio/internal/backoff.h>
#include <tessera/net/asio/internal/switchboard.h>
#include <tessera/net/transport.h>

#include <map>
#include <memory>

/// Keeps a link to whoever listens at each of the addresses it was given.
///
/// A target whose peer is linked, over whatever connection, rests until that link is lost; then it
/// is dialled at once. One that cannot be reached, or whose links do not last, is dialled with
/// growing pauses. Runs on the transport's strand.
namespace tessera::net {

class Dialler final : public PeerWatcher, public std::enable_shared_from_this<Dialler> {
 public:
  Dialler(std::shared_ptr<const TcpContext> context, Strand strand,
          std::shared_ptr<Switchboard> switchboard);

  void start(std::weak_ptr<TransportEvents> events) { events_ = std::move(events); }
  void dial(const Transport::Target& target);
  void forget(const Address& address);
  void stop();

  void on_peer_up(const PeerId& peer) override;
  void on_peer_down(const PeerId& peer, const Loss& loss) override;

 private:
  enum class State : std::uint8_t { waiting, dialling, linked };
  struct Dial {
    Address address;
    std::optional<PeerId> expected;
    std::optional<PeerId> reached;  // Who answered there last.
    State state = State::waiting;
    unsigned failures = 0;
    Timer timer;
  };
  using DialPointer = std::shared_ptr<Dial>;

  void wait(const DialPointer& dial, SteadyClock::duration pause);
  void connect(const DialPointer& dial);
  void introduce(const DialPointer& dial, Socket socket);
  void on_decided(const DialPointer& dial, const Result<PeerId>& outcome);
  void on_failed(const DialPointer& dial, const Error& reason);
  void settle(const DialPointer& dial, const Result<PeerId>& outcome);
  [[nodiscard]] bool is_current(const DialPointer& dial) const;

  const std::shared_ptr<const TcpContext> context_;
  const Strand strand_;
  const std::shared_ptr<Switchboard> switchboard_;
  std::weak_ptr<TransportEvents> events_;
  Backoff backoff_;
  std::map<Address, DialPointer> dials_;
  bool is_stopped_ = false;
};

}  // namespace tessera::net
