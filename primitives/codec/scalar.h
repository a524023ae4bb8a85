#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

/// Numbers as little-endian bytes, whatever the machine.
namespace tessera::codec {

/// What is written as its own bytes: integers, characters, `std::byte`, and IEEE floating point.
/// `bool` is not here (only two of its 256 byte patterns are values), nor is `long double` (its
/// size and padding differ between machines).
template <class T>
concept Scalar = (std::is_arithmetic_v<T> && !std::same_as<std::remove_cv_t<T>, bool> &&
                  !std::same_as<std::remove_cv_t<T>, long double>) ||
                 std::same_as<std::remove_cv_t<T>, std::byte>;

template <Scalar T>
[[nodiscard]] std::array<std::uint8_t, sizeof(T)> to_little_endian(T value) {
  static_assert(!std::is_floating_point_v<T> || std::numeric_limits<T>::is_iec559);
  auto bytes = std::bit_cast<std::array<std::uint8_t, sizeof(T)>>(value);
  if constexpr (std::endian::native == std::endian::big) std::ranges::reverse(bytes);
  return bytes;
}

template <Scalar T>
[[nodiscard]] T from_little_endian(std::array<std::uint8_t, sizeof(T)> bytes) {
  static_assert(!std::is_floating_point_v<T> || std::numeric_limits<T>::is_iec559);
  if constexpr (std::endian::native == std::endian::big) std::ranges::reverse(bytes);
  return std::bit_cast<T>(bytes);
}

}  // namespace tessera::codec
