#include <tessera/runtime/tool/line_stream.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <istream>
#include <utility>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);

}  // namespace

asio::awaitable<std::optional<std::string>> LineStream::next() {
  const auto kept = shared_from_this();
  const auto [error, size] = co_await asio::async_read_until(socket_, buffer_, '\n', completion);
  if (error) co_return std::nullopt;
  std::istream stream(&buffer_);
  std::string line;
  std::getline(stream, line);
  co_return line;
}

void LineStream::write(std::string line) {
  outgoing_ += line;
  outgoing_ += '\n';
  if (std::exchange(writing_, true)) return;
  spawn(executor(), write_loop(shared_from_this()));
}

void LineStream::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

asio::awaitable<void> LineStream::write_loop(std::shared_ptr<LineStream> self) {
  while (!self->outgoing_.empty()) {
    const std::string batch = std::exchange(self->outgoing_, {});
    const auto [error, written] =
        co_await asio::async_write(self->socket_, asio::buffer(batch), completion);
    if (error) self->close();
  }
  self->writing_ = false;
}

}  // namespace tessera::tool
