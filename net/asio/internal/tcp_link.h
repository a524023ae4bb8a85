#pragma once

#include <tessera/net/asio/internal/connection.h>
#include <tessera/net/link.h>

#include <memory>
#include <mutex>

/// A link over one control and at most one bulk connection.
///
/// It is made right after the handshake and shown to the transport's user only when both sides
/// have agreed on it. Functions are callable from any thread; a mutex guards what they share, and
/// no event is delivered under it.
namespace tessera::net {

class TcpLink;

/// What a link asks of the transport; any thread.
class LinkOwner {
 public:
  virtual ~LinkOwner() = default;
  /// The peer has chosen this link's control connection.
  virtual void on_link_accepted(std::shared_ptr<TcpLink> link) = 0;
  /// The bulk connection is to be dialled. This end is the control connection's dialler.
  virtual void on_bulk_needed(std::shared_ptr<TcpLink> link) = 0;
  /// The peer broke the protocol; before anybody hears that the link is closed.
  virtual void on_breach(const PeerId& peer, const Error& reason) = 0;
  /// All connections have ended and the link's user has been told.
  virtual void on_link_finished(std::shared_ptr<TcpLink> link, Ending ending) = 0;
};

class TcpLink final : public Link,
                      public ConnectionUser,
                      public std::enable_shared_from_this<TcpLink> {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;

  struct Parts {
    std::shared_ptr<const TcpContext> context;
    Socket socket;
    Introduction introduction;
    SteadyClock::time_point began;  ///< when the connection was dialled or taken in
    std::weak_ptr<LinkOwner> owner;
  };
  [[nodiscard]] static std::shared_ptr<TcpLink> make(Parts parts);

  // Link.
  [[nodiscard]] PeerId peer() const override { return introduction_.peer; }
  [[nodiscard]] Role role() const override { return introduction_.role; }
  [[nodiscard]] const UniqueId& binding() const override { return introduction_.binding; }
  void start(std::weak_ptr<LinkEvents> events) override;
  bool send(Lane lane, Frame frame) override;
  [[nodiscard]] std::size_t queued(Lane lane) const override { return queue(lane)->bytes(); }
  void close(Error reason) override;

  // For the transport.
  [[nodiscard]] RunId run() const { return introduction_.run; }
  [[nodiscard]] SteadyClock::time_point began() const { return began_; }
  [[nodiscard]] const Endpoint& remote() const { return remote_; }
  [[nodiscard]] std::uint64_t bytes_received() const;
  [[nodiscard]] bool is_closing() const;
  void begin(bool needs_accept);
  /// This is the link between the two peers.
  void establish(Connection::Open open);
  void ping();
  /// Ends a link that its user never saw, politely.
  void decline(Parting parting);
  /// Ends it at once.
  void abort(Parting parting);
  /// Takes the bulk connection; false if there is one already or the link is going down.
  [[nodiscard]] bool attach_bulk(std::shared_ptr<Connection> bulk);
  /// How often the bulk connection has been asked for.
  [[nodiscard]] unsigned bulk_attempts() const;
  /// A dial of the bulk connection came to nothing; it is tried again a few times, then the link
  /// ends: a lane that does not work is no link.
  void on_bulk_failed(const Error& reason);
  /// The queue that the bulk connection is to send.
  [[nodiscard]] std::shared_ptr<FrameQueue> bulk_queue() const { return bulk_queue_; }
  /// The transport stops: no event any more, and nothing of Asio stays with the link.
  void detach();

  // ConnectionUser.
  void on_accepted(Lane lane) override;
  void on_bulk_wanted() override;
  void on_frame(Lane lane, Frame frame) override;
  void on_drained(Lane lane) override;
  void on_ended(Lane lane, const Ending& ending) override;

 private:
  explicit TcpLink(Parts& parts);

  [[nodiscard]] const std::shared_ptr<FrameQueue>& queue(Lane lane) const;
  [[nodiscard]] std::shared_ptr<Connection>& slot(Lane lane);
  void wake(Lane lane);
  void need_bulk();
  void shut(const Parting& parting, bool politely);
  void finalize();
  void deliver_closed();

  const std::shared_ptr<const TcpContext> context_;
  const Introduction introduction_;
  const SteadyClock::time_point began_;
  const std::weak_ptr<LinkOwner> owner_;
  const std::shared_ptr<FrameQueue> control_queue_;
  const std::shared_ptr<FrameQueue> bulk_queue_;
  Endpoint remote_;

  // Written once, before the connections may deliver, and only read by their strands afterwards.
  std::weak_ptr<LinkEvents> events_;

  enum class State : std::uint8_t { open, closing, closed };
  mutable std::mutex mutex_;
  State state_ = State::open;
  bool is_started_ = false;
  bool is_bulk_asked_for_ = false;
  unsigned bulk_attempts_ = 0;
  bool is_bulk_accepted_ = false;
  std::shared_ptr<Connection> control_;
  std::shared_ptr<Connection> bulk_;
  std::optional<Ending> ending_;  // The first connection's to end.
};

}  // namespace tessera::net
