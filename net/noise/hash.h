#pragma once

#include <tessera/net/secret.h>

#include <array>
#include <initializer_list>

/// The hash functions of `Noise_XX_25519_ChaChaPoly_BLAKE2b`: 64-byte BLAKE2b, HMAC over it
/// (RFC 2104), and Noise's HKDF over that (Noise specification, section 4.3). Pure functions.
///
/// libsodium 1.0.18 has no HKDF, and its keyed BLAKE2b is not HMAC, which is what Noise asks for.
namespace tessera::net::noise {

inline constexpr std::size_t hash_size = 64;
inline constexpr std::size_t hash_block_size = 128;

using Digest = std::array<std::uint8_t, hash_size>;
using ChainingKey = Secret<hash_size>;

/// HASH of the parts, one after the other.
[[nodiscard]] Digest hash(std::initializer_list<ByteView> parts);

/// HMAC-HASH of the parts, one after the other, under `key` of 64 bytes.
[[nodiscard]] ChainingKey hmac(const ChainingKey& key, std::initializer_list<ByteView> parts);

/// HKDF with three outputs; whoever needs two ignores the third.
struct Derived {
  ChainingKey first;
  ChainingKey second;
  ChainingKey third;
};
[[nodiscard]] Derived hkdf(const ChainingKey& chaining_key, ByteView input_key_material);

}  // namespace tessera::net::noise
