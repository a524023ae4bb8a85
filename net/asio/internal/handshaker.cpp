#include <tessera/net/asio/internal/handshaker.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace tessera::net {

namespace asio = boost::asio;

Handshaker::Handshaker(std::shared_ptr<const TcpContext> context, Socket socket,
                       HandshakeSettings settings)
    : context_(std::move(context)),
      socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      handshake_(std::move(settings)) {}

void Handshaker::start(OnDone on_done) {
  on_done_ = std::move(on_done);
  context_->operations.add(weak_from_this());
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    boost::system::error_code ignored;
    self->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    self->timer_.expires_after(self->context_->options.times.handshake);
    self->timer_.async_wait([self](boost::system::error_code error) {
      if (error) return;
      self->fail(Error(Errc::timed_out, "the other side did not complete the handshake in time"));
    });
    self->step();
  });
}

void Handshaker::abort(Error reason) {
  asio::post(socket_.get_executor(),
             [self = shared_from_this(), reason = std::move(reason)] { self->fail(reason); });
}

void Handshaker::step() {
  if (is_done_) return;
  output_ = handshake_.take_output();
  if (!output_.empty()) {
    asio::async_write(
        socket_, asio::buffer(output_),
        [self = shared_from_this()](boost::system::error_code error, std::size_t) {
          if (error)
            return self->fail(io_error("the connection broke off in the handshake", error));
          self->step();
        });
    return;
  }
  if (failure_) return fail(*failure_);
  if (handshake_.is_finished()) return complete();
  read();
}

void Handshaker::read() {
  input_.resize(handshake_.bytes_wanted());
  asio::async_read(socket_, asio::buffer(input_),
                   [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                     if (error) {
                       return self->fail(io_error("the other side broke off the handshake", error));
                     }
                     self->on_read();
                   });
}

void Handshaker::on_read() {
  if (is_done_) return;
  const auto fed = handshake_.feed(input_);
  if (!fed) failure_ = fed.error();
  step();
}

void Handshaker::fail(Error reason) {
  if (is_done_) return;
  is_done_ = true;
  timer_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
  const OnDone on_done = std::move(on_done_);
  on_done(std::move(reason));
}

void Handshaker::complete() {
  is_done_ = true;
  timer_.cancel();
  const OnDone on_done = std::move(on_done_);
  on_done(Done{std::move(socket_), handshake_.introduction()});
}

}  // namespace tessera::net
