#pragma once

#include <tessera/primitives/bytes.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

/// Key material that leaves no copy behind. A value type; not shared between threads.
namespace tessera::net {

/// Overwrites `bytes` in a way the compiler does not remove.
void wipe(std::span<std::uint8_t> bytes);

/// `Size` secret bytes, overwritten when the object dies, is assigned to, or is moved from.
template <std::size_t Size>
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::span<const std::uint8_t, Size> bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin());
  }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_);
    }
    return *this;
  }
  ~Secret() { wipe(bytes_); }

  [[nodiscard]] std::uint8_t* data() { return bytes_.data(); }
  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
  [[nodiscard]] static constexpr std::size_t size() { return Size; }
  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t, Size> span() { return bytes_; }

 private:
  std::array<std::uint8_t, Size> bytes_{};
};

}  // namespace tessera::net
