#pragma once

#include <tessera/primitives/result.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

/// Where a peer can be reached: a host name or a literal address, and a TCP port.
namespace tessera::net {

struct Address {
  std::string host;
  std::uint16_t port = 0;

  /// Reads "host:port", "1.2.3.4:5" or "[::1]:5". `malformed` if it is none of these.
  [[nodiscard]] static Result<Address> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;

  auto operator<=>(const Address&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(host, port);
  }
};

}  // namespace tessera::net
