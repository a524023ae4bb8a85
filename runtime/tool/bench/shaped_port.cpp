#include <tessera/runtime/tool/bench/shaped_port.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes_max = std::size_t{64} << 10U;
/// What a line holds beside the bytes that are on their way, as the buffers of a real one do.
constexpr double buffer_bytes = 256.0 * 1024;
/// What is on its way where no rate bounds it.
constexpr double unbounded_line_bytes = 64.0 * 1024 * 1024;

/// The two sockets of one connection, which end together.
struct Pair {
  explicit Pair(const asio::any_io_executor& executor) : near(executor), far(executor) {}
  void close() {
    error_code ignored;
    near.close(ignored);
    far.close(ignored);
  }
  tcp::socket near;
  tcp::socket far;
};

/// One direction of a connection.
struct Line {
  Line(std::shared_ptr<Pair> both, tcp::socket& source, tcp::socket& sink, const LineShape& how)
      : pair(std::move(both)),
        from(source),
        to(sink),
        shape(how),
        arrived(source.get_executor(), Clock::time_point::max()),
        left(source.get_executor(), Clock::time_point::max()) {
    const double on_the_way =
        shape.bytes_per_second > 0
            ? std::chrono::duration<double>(shape.delay).count() * shape.bytes_per_second
            : unbounded_line_bytes;
    bytes_max = static_cast<std::size_t>(on_the_way + buffer_bytes);
  }

  struct Parcel {
    Clock::time_point due;
    std::vector<std::uint8_t> bytes;
  };
  std::shared_ptr<Pair> pair;  ///< has the sockets
  tcp::socket& from;
  tcp::socket& to;
  LineShape shape;
  std::size_t bytes_max = 0;
  std::deque<Parcel> parcels;
  std::size_t bytes = 0;
  Clock::time_point free_at{};  ///< what was taken in has entered the line
  bool ended = false;
  asio::steady_timer arrived;  ///< cancelled when there is a parcel, or none will come
  asio::steady_timer left;     ///< cancelled when there is room
};

asio::awaitable<void> take_in(std::shared_ptr<Line> line) {
  for (;;) {
    std::vector<std::uint8_t> bytes(read_bytes_max);
    const auto [error, count] =
        co_await line->from.async_read_some(asio::buffer(bytes), completion);
    if (error || line->ended) break;
    bytes.resize(count);
    const auto now = Clock::now();
    line->free_at = std::max(line->free_at, now);
    if (line->shape.bytes_per_second > 0) {
      const std::chrono::duration<double> time(static_cast<double>(count) /
                                               line->shape.bytes_per_second);
      line->free_at += std::chrono::duration_cast<Clock::duration>(time);
    }
    line->bytes += count;
    line->parcels.push_back({line->free_at + line->shape.delay, std::move(bytes)});
    line->arrived.cancel();
    while (line->bytes > line->bytes_max && !line->ended) {
      co_await line->left.async_wait(completion);
    }
  }
  line->ended = true;
  line->arrived.cancel();
}

/// What has been taken in is delivered also when nothing more comes.
asio::awaitable<void> deliver(std::shared_ptr<Line> line) {
  asio::steady_timer due(line->to.get_executor());
  for (;;) {
    while (line->parcels.empty() && !line->ended) {
      co_await line->arrived.async_wait(completion);
    }
    if (line->parcels.empty()) break;
    Line::Parcel parcel = std::move(line->parcels.front());
    line->parcels.pop_front();
    due.expires_at(parcel.due);
    co_await due.async_wait(completion);
    const auto buffer = asio::buffer(parcel.bytes);
    const auto [error, count] = co_await asio::async_write(line->to, buffer, completion);
    line->bytes -= parcel.bytes.size();
    line->left.cancel();
    if (error) break;
  }
  line->ended = true;
  line->left.cancel();
  line->pair->close();
}

class Port final : public ShapedPort {
 public:
  Port(std::shared_ptr<tcp::acceptor> acceptor, std::uint16_t port, const LineShape& shape)
      : acceptor_(std::move(acceptor)),
        pairs_(std::make_shared<Pairs>()),
        address_("127.0.0.1:" + std::to_string(acceptor_->local_endpoint().port())) {
    spawn(acceptor_->get_executor(), accept(acceptor_, pairs_, port, shape));
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  ~Port() override {
    error_code ignored;
    acceptor_->close(ignored);
    for (const auto& weak : *pairs_) {
      if (const auto pair = weak.lock()) pair->close();
    }
  }
  [[nodiscard]] const std::string& address() const override { return address_; }

 private:
  using Pairs = std::vector<std::weak_ptr<Pair>>;

  static asio::awaitable<void> accept(std::shared_ptr<tcp::acceptor> acceptor,
                                      std::shared_ptr<Pairs> pairs, std::uint16_t port,
                                      LineShape shape) {
    const auto executor = acceptor->get_executor();
    for (;;) {
      const auto pair = std::make_shared<Pair>(executor);
      const auto [error] = co_await acceptor->async_accept(pair->near, completion);
      if (error) co_return;
      const tcp::endpoint target(asio::ip::address_v4::loopback(), port);
      const auto [refused] = co_await pair->far.async_connect(target, completion);
      if (refused) {
        pair->close();
        continue;
      }
      const tcp::no_delay at_once(true);
      error_code ignored;
      pair->near.set_option(at_once, ignored);
      pair->far.set_option(at_once, ignored);
      std::erase_if(*pairs, [](const auto& each) { return each.expired(); });
      pairs->push_back(pair);
      connect(std::make_shared<Line>(pair, pair->near, pair->far, shape));
      connect(std::make_shared<Line>(pair, pair->far, pair->near, shape));
    }
  }

  static void connect(const std::shared_ptr<Line>& line) {
    spawn(line->from.get_executor(), take_in(line));
    spawn(line->from.get_executor(), deliver(line));
  }

  std::shared_ptr<tcp::acceptor> acceptor_;
  std::shared_ptr<Pairs> pairs_;
  std::string address_;
};

/// Listens on a port of the system's choice.
Result<std::shared_ptr<tcp::acceptor>> listen(const asio::any_io_executor& executor) {
  auto acceptor = std::make_shared<tcp::acceptor>(executor);
  error_code error;
  acceptor->open(tcp::v4(), error);
  if (!error) acceptor->bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0), error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) return Error(Errc::io_failed, "cannot listen on this machine: " + error.message());
  return acceptor;
}

}  // namespace

Result<std::unique_ptr<ShapedPort>> open_shaped_port(const asio::any_io_executor& executor,
                                                     std::uint16_t port, const LineShape& shape) {
  auto acceptor = listen(executor);
  if (!acceptor) return std::move(acceptor).error();
  return std::unique_ptr<ShapedPort>(std::make_unique<Port>(*std::move(acceptor), port, shape));
}

Result<std::uint16_t> free_port(const asio::any_io_executor& executor) {
  const auto acceptor = listen(executor);
  if (!acceptor) return acceptor.error();
  return (*acceptor)->local_endpoint().port();
}

}  // namespace tessera::tool::bench
