#include <tessera/net/address.h>

#include <algorithm>
#include <charconv>

namespace tessera::net {
namespace {

// The longest name DNS knows; an IPv6 literal with a zone is far shorter.
constexpr std::size_t host_size_max = 253;

Error malformed(std::string_view text, std::string_view why) {
  // What is quoted came from outside: it is cut short and stripped of control characters.
  std::string quoted(text.substr(0, 80));
  std::replace_if(
      quoted.begin(), quoted.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return {Errc::malformed, "'" + quoted + "' is not an address: " + std::string(why) +
                               " (expected host:port, 1.2.3.4:5 or [::1]:5)"};
}

Result<std::uint16_t> parse_port(std::string_view whole, std::string_view digits) {
  if (digits.empty()) return malformed(whole, "the port is missing");
  std::uint32_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return malformed(whole, "the port is not a number");
  }
  if (port > 65535) return malformed(whole, "the port is above 65535");
  return static_cast<std::uint16_t>(port);
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool is_ipv6_character(char c) { return is_host_character(c) || c == ':' || c == '%'; }

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  if (text.empty()) return malformed(text, "it is empty");
  std::string_view host;
  std::string_view port;
  if (text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return malformed(text, "the ']' is missing");
    host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (rest.empty() || rest.front() != ':') return malformed(text, "the port is missing");
    port = rest.substr(1);
    if (host.find(':') == std::string_view::npos ||
        !std::all_of(host.begin(), host.end(), is_ipv6_character)) {
      return malformed(text, "there is no IPv6 address between the brackets");
    }
  } else {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return malformed(text, "the port is missing");
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (host.find(':') != std::string_view::npos) {
      return malformed(text, "an IPv6 address needs brackets");
    }
    if (host.empty()) return malformed(text, "the host is missing");
    if (!std::all_of(host.begin(), host.end(), is_host_character)) {
      return malformed(text, "the host has a character that no host name has");
    }
  }
  if (host.size() > host_size_max) return malformed(text, "the host is too long");
  const auto number = parse_port(text, port);
  if (!number) return number.error();
  return Address{std::string(host), *number};
}

std::string Address::to_string() const {
  const bool brackets = host.find(':') != std::string::npos;
  const std::string shown = brackets ? "[" + host + "]" : host;
  return shown + ":" + std::to_string(port);
}

}  // namespace tessera::net
