#pragma once

#include <tessera/primitives/codec.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

/// Keys as bytes that sort as the keys do, for tables whose order is that of bytes.
///
/// Strings and integers keep their order; other keys get one that is the same everywhere, but not
/// theirs. Pure functions.
namespace tessera {

template <class K>
[[nodiscard]] std::string ordered_key(const K& key) {
  if constexpr (std::same_as<K, std::string>) {
    return key;
  } else if constexpr (std::integral<K>) {
    using Unsigned = std::make_unsigned_t<K>;
    auto bits = static_cast<Unsigned>(key);
    // The lowest number of a signed type has the highest bit set.
    if constexpr (std::is_signed_v<K>)
      bits ^= static_cast<Unsigned>(Unsigned{1} << (8 * sizeof(K) - 1));
    std::string bytes;
    for (std::size_t byte = sizeof(K); byte-- > 0;) {
      bytes.push_back(static_cast<char>((bits >> (8 * byte)) & 0xffU));
    }
    return bytes;
  } else {
    return std::string(as_text(encode(key).view()));
  }
}

/// The key that `bytes` stand for. `malformed` if they stand for none.
template <class K>
[[nodiscard]] Result<K> key_from_ordered(std::string bytes) {
  if constexpr (std::same_as<K, std::string>) {
    return bytes;
  } else if constexpr (std::integral<K>) {
    using Unsigned = std::make_unsigned_t<K>;
    if (bytes.size() != sizeof(K)) return Error(Errc::malformed, "a key of another length");
    Unsigned bits = 0;
    for (const char byte : bytes) {
      bits = static_cast<Unsigned>((std::uint64_t{bits} << 8U) | static_cast<std::uint8_t>(byte));
    }
    if constexpr (std::is_signed_v<K>)
      bits ^= static_cast<Unsigned>(Unsigned{1} << (8 * sizeof(K) - 1));
    return static_cast<K>(bits);
  } else {
    return decode<K>(as_bytes(bytes));
  }
}

}  // namespace tessera
