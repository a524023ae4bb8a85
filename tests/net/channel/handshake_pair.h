#pragma once

#include <tessera/net/channel/handshake.h>

#include <gtest/gtest.h>

#include <deque>
#include <memory>

/// Two handshakes joined by a wire that a test can tamper with.
namespace tessera::net::fixture {

inline HandshakeSettings settings_for(Role role, std::string_view network = "net") {
  HandshakeSettings settings;
  settings.identity = std::make_shared<Identity>(Identity::generate());
  settings.static_keys = noise::KeyPair::generate();
  settings.network = NetworkId(UniqueId::from(network));
  settings.run = RunId(UniqueId::from(role == Role::dialler ? "run 1" : "run 2"));
  settings.role = role;
  return settings;
}

class HandshakePair {
 public:
  HandshakePair(HandshakeSettings one, HandshakeSettings other)
      : dialler(std::move(one)), listener(std::move(other)) {}

  /// Exchanges messages until both are done or one fails. `flip`: the bit to flip, counted over
  /// all bytes of both directions in the order in which they are sent.
  void run(std::optional<std::size_t> flip = std::nullopt) {
    bool is_moving = true;
    while (is_moving) {
      is_moving = carry(dialler, listener_input_, flip);
      is_moving = carry(listener, dialler_input_, flip) || is_moving;
      is_moving = feed(dialler, dialler_input_, dialler_error) || is_moving;
      is_moving = feed(listener, listener_input_, listener_error) || is_moving;
    }
  }

  Handshake dialler;
  Handshake listener;
  std::optional<Error> dialler_error;
  std::optional<Error> listener_error;
  std::size_t bits_carried = 0;

 private:
  using Wire = std::deque<std::uint8_t>;

  bool carry(Handshake& from, Wire& wire, std::optional<std::size_t> flip) {
    const std::vector<std::uint8_t> output = from.take_output();
    for (std::uint8_t byte : output) {
      if (flip && *flip / 8 == bits_carried / 8) byte ^= static_cast<std::uint8_t>(1 << *flip % 8);
      wire.push_back(byte);
      bits_carried += 8;
    }
    return !output.empty();
  }

  static bool feed(Handshake& to, Wire& wire, std::optional<Error>& error) {
    if (error || to.is_finished() || wire.size() < to.bytes_wanted()) return false;
    const auto end = wire.begin() + static_cast<std::ptrdiff_t>(to.bytes_wanted());
    const std::vector<std::uint8_t> bytes(wire.begin(), end);
    wire.erase(wire.begin(), end);
    const auto fed = to.feed(bytes);
    if (!fed) error = fed.error();
    return true;
  }

  Wire dialler_input_;
  Wire listener_input_;
};

}  // namespace tessera::net::fixture
