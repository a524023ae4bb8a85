#include <tessera/net/asio/internal/dialler.h>
#include <tessera/net/asio/internal/listener.h>
#include <tessera/net/asio/tcp_transport.h>
#include <tessera/primitives/check.h>

#include <boost/asio/post.hpp>

namespace tessera::net {

namespace asio = boost::asio;

namespace {

/// Holds the parts together. They live on as long as operations of theirs are pending.
class TcpTransport final : public Transport {
 public:
  TcpTransport(asio::any_io_executor executor, TcpOptions options)
      : context_(std::make_shared<TcpContext>(std::move(executor), std::move(options))),
        strand_(context_->make_strand()),
        switchboard_(std::make_shared<Switchboard>(context_, strand_)),
        dialler_(std::make_shared<Dialler>(context_, strand_, switchboard_)),
        listener_(std::make_shared<Listener>(context_, strand_, switchboard_)) {}

  TcpTransport(const TcpTransport&) = delete;
  TcpTransport& operator=(const TcpTransport&) = delete;
  ~TcpTransport() override { TcpTransport::stop(); }

  Result<void> start(std::weak_ptr<TransportEvents> events) override {
    check(!is_started_, "a transport is started once");
    if (context_->options.records == RecordProtection::none) {
      context_->log(LogLevel::warning,
                    "links are NOT encrypted: what they carry can be read and changed on its way");
    }
    // Handed over before anything that could use them is posted to the strand.
    switchboard_->start(events, dialler_);
    dialler_->start(events);
    auto opened = listener_->open();
    is_started_ = opened.has_value();
    return opened;
  }

  [[nodiscard]] std::vector<Address> listen_addresses() const override {
    if (!is_started_) return {};
    std::vector<Address> addresses = context_->options.advertise;
    if (addresses.empty()) addresses.push_back(listener_->address());
    for (Address& address : addresses) {
      if (address.port == 0) address.port = listener_->address().port;
    }
    return addresses;
  }

  void dial(Target target) override {
    asio::post(strand_,
               [dialler = dialler_, target = std::move(target)] { dialler->dial(target); });
  }

  void forget(const Address& address) override {
    asio::post(strand_, [dialler = dialler_, address] { dialler->forget(address); });
  }

  void stop() override {
    if (is_stopped_.exchange(true)) return;
    context_->gate.close();
    listener_->close();
    context_->operations.stop();
    switchboard_->stop();
    asio::post(strand_, [dialler = dialler_, switchboard = switchboard_] {
      dialler->stop();
      switchboard->clear();
    });
  }

 private:
  const std::shared_ptr<TcpContext> context_;
  const Strand strand_;
  const std::shared_ptr<Switchboard> switchboard_;
  const std::shared_ptr<Dialler> dialler_;
  const std::shared_ptr<Listener> listener_;
  std::atomic<bool> is_started_ = false;
  std::atomic<bool> is_stopped_ = false;
};

}  // namespace

std::unique_ptr<Transport> make_tcp_transport(asio::any_io_executor executor, TcpOptions options) {
  return std::make_unique<TcpTransport>(std::move(executor), std::move(options));
}

}  // namespace tessera::net
