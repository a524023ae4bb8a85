#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/streambuf.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

/// Lines over a Unix socket: what both ends of the control protocol are made of.
namespace tessera::tool {

/// Used on one thread of the socket's executor. What is under way keeps it alive.
class LineStream : public std::enable_shared_from_this<LineStream> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  /// A line that is longer ends the stream.
  static constexpr std::size_t line_max = std::size_t{64} << 20U;

  explicit LineStream(Socket socket) : socket_(std::move(socket)), buffer_(line_max) {}

  /// The next line without its end; nothing once the stream has ended.
  boost::asio::awaitable<std::optional<std::string>> next();
  /// Queues `line` and its end. Lines that wait go out together.
  void write(std::string line);
  void close();

  [[nodiscard]] bool is_open() const { return socket_.is_open(); }
  [[nodiscard]] boost::asio::any_io_executor executor() { return socket_.get_executor(); }

 private:
  static boost::asio::awaitable<void> write_loop(std::shared_ptr<LineStream> self);

  Socket socket_;
  boost::asio::streambuf buffer_;
  std::string outgoing_;
  bool writing_ = false;
};

}  // namespace tessera::tool
