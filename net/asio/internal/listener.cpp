#include <tessera/net/asio/internal/listener.h>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

namespace tessera::net {

namespace asio = boost::asio;

namespace {

// The system may be out of descriptors; trying at once again would only burn its time.
constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

Listener::Listener(std::shared_ptr<const TcpContext> context, Strand strand,
                   std::shared_ptr<Switchboard> switchboard)
    : context_(std::move(context)),
      strand_(std::move(strand)),
      switchboard_(std::move(switchboard)),
      half_open_({context_->options.limits.half_open_max,
                  context_->options.limits.half_open_per_address_max}),
      timer_(strand_),
      acceptor_(strand_) {}

Result<Listener::Endpoint> Listener::endpoint() const {
  const Address& wanted = context_->options.listen;
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(wanted.host, error);
  if (!error) return Endpoint(literal, wanted.port);
  asio::ip::tcp::resolver resolver(context_->executor);
  const auto found = resolver.resolve(wanted.host, std::to_string(wanted.port),
                                      asio::ip::resolver_base::passive, error);
  if (error || found.empty()) {
    return io_error("cannot resolve the listen address " + wanted.to_string(), error);
  }
  return found.begin()->endpoint();
}

Result<void> Listener::open() {
  const auto wanted = endpoint();
  if (!wanted) return wanted.error();
  auto bound = bind(*wanted);
  if (!bound) return bound;
  asio::post(strand_, [self = shared_from_this()] { self->accept(); });
  return {};
}

Result<void> Listener::bind(const Endpoint& endpoint) {
  const std::lock_guard lock(acceptor_mutex_);
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  Endpoint local;
  if (!error) local = acceptor_.local_endpoint(error);
  if (error) {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    return io_error("cannot listen on " + context_->options.listen.to_string(), error);
  }
  address_ = Address{context_->options.listen.host, local.port()};
  return {};
}

void Listener::close() {
  const std::lock_guard lock(acceptor_mutex_);
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

void Listener::accept() {
  const std::lock_guard lock(acceptor_mutex_);
  if (!acceptor_.is_open()) return;
  acceptor_.async_accept(
      context_->make_strand(),
      asio::bind_executor(strand_, [self = shared_from_this()](boost::system::error_code error,
                                                               Socket socket) {
        if (self->context_->gate.is_closed()) return;
        if (error) {
          self->context_->log(LogLevel::warning, "cannot accept a connection: " + error.message());
          return self->accept_later();
        }
        self->on_socket(std::move(socket));
        self->accept();
      }));
}

void Listener::accept_later() {
  timer_.expires_after(accept_pause);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (!error) self->accept();
  });
}

void Listener::on_socket(Socket socket) {
  boost::system::error_code gone;
  const auto remote = socket.remote_endpoint(gone);
  if (gone) return;
  const auto began = SteadyClock::now();
  const auto handshaker = std::make_shared<Handshaker>(
      context_, std::move(socket), context_->handshake_settings(Role::listener));
  const HalfOpen::Ticket ticket = next_ticket_++;
  const std::size_t evicted = half_open_.add(ticket, {remote.address(), handshaker});
  if (evicted > 0) context_->count("tessera_net_half_open_evicted_total");
  handshaker->start(
      [self = shared_from_this(), ticket, began, remote](Result<Handshaker::Done> done) {
        if (!done) {
          self->context_->count("tessera_net_handshakes_failed_total", reason_label(done.error()));
          self->context_->log(LogLevel::debug, "handshake with " + remote.address().to_string() +
                                                   ": " + done.error().message());
        }
        auto held = std::make_shared<Result<Handshaker::Done>>(std::move(done));
        asio::post(self->strand_, [self, ticket, began, held] {
          self->half_open_.remove(ticket);
          if (!*held) return;
          self->switchboard_->admit(
              {std::move((*held)->socket), std::move((*held)->introduction), began, nullptr});
        });
      });
}

}  // namespace tessera::net
