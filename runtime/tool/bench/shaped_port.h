#pragma once

#include <tessera/primitives/result.h>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

/// A slow line in front of a member: whoever connects here is connected through to it, and what
/// either side sends arrives late and at no more than a given rate. For machines whose network
/// cannot be slowed down itself.
namespace tessera::tool::bench {

/// How slow. Each connection, in each direction, is a line of its own.
struct LineShape {
  std::chrono::microseconds delay{0};  ///< one way
  double bytes_per_second = 0;         ///< 0: no bound

  [[nodiscard]] bool is_shaped() const { return delay.count() > 0 || bytes_per_second > 0; }
};

/// Used on the one thread of its executor. Its connections end with it.
class ShapedPort {
 public:
  virtual ~ShapedPort() = default;
  /// "host:port" to connect to.
  [[nodiscard]] virtual const std::string& address() const = 0;
};

/// A port that leads to `port` of this machine.
[[nodiscard]] Result<std::unique_ptr<ShapedPort>> open_shaped_port(
    const boost::asio::any_io_executor& executor, std::uint16_t port, const LineShape& shape);
/// A port of this machine that nobody listens on just now.
[[nodiscard]] Result<std::uint16_t> free_port(const boost::asio::any_io_executor& executor);

}  // namespace tessera::tool::bench
