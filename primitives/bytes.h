#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A shared, immutable run of bytes.
///
/// A command is encoded once and then travels through the log, the network and the store as one
/// buffer: copying a `Bytes` copies a pointer, slicing one shares its storage. The contents never
/// change after construction, so any thread may read any copy without a lock.
namespace tessera {

/// Bytes somebody else owns; valid only while they do.
using ByteView = std::span<const std::uint8_t>;

/// The bytes of `text`, without a copy. The view lives as long as `text` does.
[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The characters of `bytes`, without a copy.
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Bytes {
 public:
  Bytes() = default;
  ~Bytes() = default;
  Bytes(const Bytes&) = default;
  Bytes& operator=(const Bytes&) = default;

  /// Leaves `other` empty, so that it never points to a buffer it no longer holds.
  Bytes(Bytes&& other) noexcept { swap(other); }
  Bytes& operator=(Bytes&& other) noexcept {
    Bytes taken(std::move(other));
    swap(taken);
    return *this;
  }

  /// Takes over `bytes` without copying its contents.
  explicit Bytes(std::vector<std::uint8_t> bytes);

  /// Takes over `text` without copying its contents.
  explicit Bytes(std::string text);

  /// A copy of `bytes`.
  [[nodiscard]] static Bytes copy(ByteView bytes);
  /// The same of one run behind the other.
  [[nodiscard]] static Bytes joined(ByteView first, ByteView second);
  [[nodiscard]] static Bytes copy(std::string_view text) { return copy(as_bytes(text)); }

  [[nodiscard]] const std::uint8_t* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] ByteView view() const { return {data_, size_}; }
  [[nodiscard]] std::string_view text() const { return as_text(view()); }

  /// The `count` bytes from `offset` on, sharing this buffer. Both are clamped to what there is.
  struct Range {
    std::size_t offset = 0;
    std::size_t count = static_cast<std::size_t>(-1);
  };
  [[nodiscard]] Bytes slice(Range range) const;

  void swap(Bytes& other) noexcept {
    owner_.swap(other.owner_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  /// Equal contents, whatever the buffers.
  bool operator==(const Bytes& other) const { return text() == other.text(); }
  std::strong_ordering operator<=>(const Bytes& other) const { return text() <=> other.text(); }

 private:
  std::shared_ptr<const void> owner_;
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace tessera
