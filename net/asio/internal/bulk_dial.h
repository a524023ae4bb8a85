#pragma once

#include <tessera/net/asio/internal/tcp_link.h>

#include <memory>

/// How the bulk connection of a link comes about: the dialler of the control connection dials the
/// same endpoint once more and names the control connection in its handshake. Any thread.
namespace tessera::net {

/// Dials, after a delay that grows with the link's attempts, and attaches the connection to the
/// link, or tells it of the failure.
void dial_bulk(const std::shared_ptr<const TcpContext>& context,
               const std::shared_ptr<TcpLink>& link);

/// A bulk connection, made of what its handshake left.
[[nodiscard]] std::shared_ptr<Connection> make_bulk(
    const std::shared_ptr<const TcpContext>& context, Socket socket, Introduction introduction,
    std::shared_ptr<FrameQueue> queue);

}  // namespace tessera::net
