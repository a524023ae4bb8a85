#include <tessera/net/asio/internal/backoff.h>
#include <tessera/net/asio/internal/bulk_dial.h>
#include <tessera/net/asio/internal/connector.h>
#include <tessera/net/asio/internal/handshaker.h>

namespace tessera::net {
namespace {

using Context = std::shared_ptr<const TcpContext>;
using LinkPointer = std::shared_ptr<TcpLink>;

void introduce(const Context& context, const LinkPointer& link, Socket socket) {
  HandshakeSettings settings = context->handshake_settings(Role::dialler);
  settings.lane = Lane::bulk;
  settings.expected = link->peer();
  settings.control_binding = link->binding();
  const auto handshaker =
      std::make_shared<Handshaker>(context, std::move(socket), std::move(settings));
  handshaker->start([context, link](Result<Handshaker::Done> done) {
    if (!done) return link->on_bulk_failed(done.error());
    auto bulk = make_bulk(context, std::move(done->socket), std::move(done->introduction),
                          link->bulk_queue());
    if (!link->attach_bulk(bulk)) {
      bulk->finish({Error(Errc::disconnected, "the link is gone"), {}});
    }
  });
}

void connect(const Context& context, const LinkPointer& link) {
  if (link->is_closing()) return;
  const Address address{link->remote().address().to_string(), link->remote().port()};
  std::make_shared<Connector>(context)->start(address, [context, link](Result<Socket> socket) {
    if (!socket) return link->on_bulk_failed(socket.error());
    introduce(context, link, std::move(*socket));
  });
}

}  // namespace

std::shared_ptr<Connection> make_bulk(const Context& context, Socket socket,
                                      Introduction introduction,
                                      std::shared_ptr<FrameQueue> queue) {
  Connection::Parts parts{
      context,    std::move(socket), std::move(introduction.send), std::move(introduction.receive),
      Lane::bulk, std::move(queue)};
  return std::make_shared<Connection>(std::move(parts));
}

void dial_bulk(const Context& context, const LinkPointer& link) {
  const unsigned failures = link->bulk_attempts() - 1;
  if (failures == 0) return connect(context, link);
  Backoff backoff(context->options.times, Random(system_entropy()));
  const auto timer = std::make_shared<Timer>(context->make_strand());
  timer->expires_after(backoff.delay({failures}));
  timer->async_wait([timer, context, link](boost::system::error_code error) {
    if (!error) connect(context, link);
  });
}

}  // namespace tessera::net
