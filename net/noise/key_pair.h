#pragma once

#include <tessera/net/secret.h>
#include <tessera/primitives/result.h>

#include <array>

/// X25519 keys (Noise specification, section 12.1). Value types.
namespace tessera::net::noise {

inline constexpr std::size_t dh_size = 32;

using PublicKey = std::array<std::uint8_t, dh_size>;
using SharedSecret = Secret<dh_size>;

struct KeyPair {
  Secret<dh_size> secret;
  PublicKey public_key{};

  [[nodiscard]] static KeyPair generate();
  [[nodiscard]] static KeyPair from(const Secret<dh_size>& secret);
};

/// DH(). `handshake_failed` if `theirs` is of low order: the result would be known to anyone.
[[nodiscard]] Result<SharedSecret> dh(const KeyPair& ours, const PublicKey& theirs);

}  // namespace tessera::net::noise
