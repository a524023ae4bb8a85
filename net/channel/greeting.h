#pragma once

#include <tessera/net/channel/record_protection.h>
#include <tessera/net/link.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>

#include <array>
#include <vector>

/// The first 16 bytes each side sends, in the clear: enough to say in words that the other side is
/// no tessera peer, speaks another version or is of another network. The handshake's prologue
/// covers them, so nobody can alter them unnoticed. Pure functions.
///
///     "TSRA" | version, 2 bytes | lane | record protection | 8 bytes of the network id's digest
namespace tessera::net {

inline constexpr std::uint16_t protocol_version = 1;
inline constexpr std::size_t greeting_size = 16;

using Greeting = std::array<std::uint8_t, greeting_size>;

struct GreetingFields {
  NetworkId network;
  Lane lane = Lane::control;
  RecordProtection records = RecordProtection::sealed;
};

[[nodiscard]] Greeting make_greeting(const GreetingFields& fields);

/// The lane a greeting asks for, once it is known to be of our version and otherwise like `ours`,
/// whose lane does not matter. Errors: `handshake_failed` if it is none, or if its sender protects
/// records otherwise; `version_mismatch`; `foreign` if it is of another network.
[[nodiscard]] Result<Lane> check_greeting(ByteView greeting, const GreetingFields& ours);

/// What both sides must agree on before the first message (Noise specification, section 6).
[[nodiscard]] std::vector<std::uint8_t> make_prologue(const GreetingFields& fields);

}  // namespace tessera::net
