#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>

/// Asio's objects, each tied to a strand: all their completions run on it.
namespace tessera::net {

using Strand = boost::asio::strand<boost::asio::any_io_executor>;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;
using SteadyClock = std::chrono::steady_clock;
using Timer =
    boost::asio::basic_waitable_timer<SteadyClock, boost::asio::wait_traits<SteadyClock>, Strand>;

}  // namespace tessera::net
