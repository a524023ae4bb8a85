#pragma once

#include <tessera/primitives/bytes.h>

#include <array>
#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

/// A 256-bit name. Equal inputs give equal ids on every node; different inputs give different ones.
namespace tessera {

class UniqueId {
 public:
  static constexpr std::size_t size = 32;
  using Array = std::array<std::uint8_t, size>;

  /// All zeroes: "none".
  constexpr UniqueId() = default;
  constexpr explicit UniqueId(const Array& bytes) : bytes_(bytes) {}

  /// The id of `text`: its BLAKE2b-256 digest under tessera's own domain.
  [[nodiscard]] static UniqueId from(std::string_view text);
  [[nodiscard]] static UniqueId from(ByteView bytes);

  /// An id from 64 hexadecimal digits; nothing if `hex` is anything else.
  [[nodiscard]] static std::optional<UniqueId> parse(std::string_view hex);

  /// This id with `more` mixed in: order matters, and ("ab", "c") differs from ("a", "bc").
  [[nodiscard]] UniqueId derive(std::string_view more) const;
  [[nodiscard]] UniqueId derive(const UniqueId& more) const;
  [[nodiscard]] UniqueId derive(std::uint64_t more) const;

  [[nodiscard]] const Array& bytes() const { return bytes_; }
  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] bool is_none() const { return *this == UniqueId{}; }

  /// 64 hexadecimal digits.
  [[nodiscard]] std::string hex() const;
  /// The first 10 hexadecimal digits, for people.
  [[nodiscard]] std::string brief() const;

  auto operator<=>(const UniqueId&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(bytes_);
  }

 private:
  Array bytes_{};
};

/// Writes the brief form.
std::ostream& operator<<(std::ostream& out, const UniqueId& id);

}  // namespace tessera
