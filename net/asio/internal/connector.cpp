#include <tessera/net/asio/internal/connector.h>
#include <tessera/primitives/random.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

namespace tessera::net {

namespace asio = boost::asio;

Connector::Connector(std::shared_ptr<const TcpContext> context)
    : context_(std::move(context)),
      strand_(context_->make_strand()),
      resolver_(strand_),
      socket_(strand_),
      timer_(strand_) {}

void Connector::start(const Address& address, OnDone on_done) {
  on_done_ = std::move(on_done);
  context_->operations.add(weak_from_this());
  asio::post(strand_, [self = shared_from_this(), address] {
    self->timer_.expires_after(self->context_->options.times.connect);
    self->timer_.async_wait([self](boost::system::error_code error) {
      if (error) return;
      self->finish(Error(Errc::timed_out, "no connection came about in time"));
    });
    self->resolve(address);
  });
}

void Connector::abort(Error reason) {
  asio::post(strand_,
             [self = shared_from_this(), reason = std::move(reason)] { self->finish(reason); });
}

void Connector::resolve(const Address& address) {
  boost::system::error_code not_literal;
  const auto literal = asio::ip::make_address(address.host, not_literal);
  if (!not_literal) return connect({Endpoint(literal, address.port)});
  resolver_.async_resolve(
      address.host, std::to_string(address.port),
      [self = shared_from_this()](boost::system::error_code error, Resolver::results_type found) {
        if (error) return self->finish(io_error("the name does not resolve", error));
        std::vector<Endpoint> endpoints;
        for (const auto& entry : found) endpoints.push_back(entry.endpoint());
        self->connect(std::move(endpoints));
      });
}

void Connector::connect(std::vector<Endpoint> endpoints) {
  if (!on_done_) return;
  endpoints_ = std::move(endpoints);
  // One name may stand for many nodes, of which each is to be reached at some time.
  Random random(system_entropy());
  for (std::size_t at = endpoints_.size(); at > 1; --at) {
    std::swap(endpoints_[at - 1], endpoints_[random.below(at)]);
  }
  asio::async_connect(
      socket_, endpoints_,
      [self = shared_from_this()](boost::system::error_code error, const Endpoint&) {
        if (error) return self->finish(io_error("cannot connect", error));
        self->finish(std::move(self->socket_));
      });
}

void Connector::finish(Result<Socket> result) {
  if (!on_done_) return;
  const OnDone on_done = std::exchange(on_done_, nullptr);
  timer_.cancel();
  resolver_.cancel();
  if (!result) {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  on_done(std::move(result));
}

}  // namespace tessera::net
