#pragma once

#include <tessera/net/asio/tcp_options.h>
#include <tessera/net/transport.h>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

/// Links over TCP and the secure channel.
///
/// The transport runs on whatever threads run the executor's context, which must outlive it; it
/// starts none of its own, except that Asio starts one the first time a host name is resolved.
namespace tessera::net {

/// Does nothing yet: `start` binds and listens.
[[nodiscard]] std::unique_ptr<Transport> make_tcp_transport(boost::asio::any_io_executor executor,
                                                            TcpOptions options);

}  // namespace tessera::net
