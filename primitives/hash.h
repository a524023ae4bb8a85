#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/unique_id.h>

#include <array>
#include <cstddef>
#include <string_view>

/// BLAKE2b-256 with domain separation and length prefixes.
///
/// Every `add` is preceded by its length, so different sequences of parts never collide by
/// concatenation; the domain keeps digests made for one purpose from being valid for another.
/// With a key it is a message authentication code. A value type; not shared between threads.
namespace tessera {

class Hasher {
 public:
  /// `domain`: what the digest is for, e.g. "tessera/group-id".
  explicit Hasher(std::string_view domain);

  /// A keyed digest (a MAC); `key` is 16 to 64 bytes.
  struct Keyed {
    ByteView key;
    std::string_view domain;
  };
  explicit Hasher(Keyed keyed);

  Hasher& add(ByteView bytes);
  Hasher& add(std::string_view text) { return add(as_bytes(text)); }
  Hasher& add(std::uint64_t number);

  /// The digest of everything added; the hasher must not be used afterwards.
  [[nodiscard]] UniqueId digest();

 private:
  void update(ByteView bytes);

  // libsodium's crypto_generichash_state, kept out of this header.
  alignas(64) std::array<std::uint8_t, 384> state_{};
};

/// Equal contents, compared in a time that tells nothing about where they differ.
[[nodiscard]] bool equal_in_constant_time(const UniqueId& left, const UniqueId& right);

}  // namespace tessera
