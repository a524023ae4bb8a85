#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/codec/failure.h>
#include <tessera/primitives/codec/limits.h>
#include <tessera/primitives/codec/scalar.h>
#include <tessera/primitives/result.h>

#include <cstring>
#include <exception>
#include <optional>
#include <span>
#include <string_view>

/// The untyped half of decoding: takes numbers and bytes from a message that may be hostile.
///
/// Nothing is believed: a count is compared with the bytes that are left and with the memory still
/// allowed before anybody makes room for it. The first failure is final: every later read fails the
/// same way, also when the exception was caught on its way. Made on the stack for one message, used
/// by one thread; the message must outlive it.
namespace tessera::codec {

class ByteReader {
 public:
  /// Reads a message; `bytes()` copies.
  ByteReader(ByteView message, const DecodeLimits& limits);

  /// Reads a message; `bytes()` shares its storage.
  ByteReader(const Bytes& message, const DecodeLimits& limits);

  template <Scalar T>
  [[nodiscard]] T number() {
    std::array<std::uint8_t, sizeof(T)> bytes;
    std::memcpy(bytes.data(), take(bytes.size()).data(), bytes.size());
    return from_little_endian<T>(bytes);
  }

  /// Fills `values` with numbers that lie one after the other.
  template <Scalar T>
  void numbers(std::span<T> values) {
    if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) {
      const ByteView bytes = take(values.size_bytes());
      if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    } else {
      for (T& value : values) value = number<T>();
    }
  }

  /// A byte that is 0 or 1.
  [[nodiscard]] bool boolean();

  /// An unsigned LEB128 number in as few bytes as possible.
  [[nodiscard]] std::uint64_t varint();

  /// How one element of a container is counted.
  struct ElementSize {
    std::size_t encoded_min;  ///< bytes of input it has at least
    std::size_t allocated;    ///< bytes of memory it takes
    std::size_t fixed = 0;    ///< bytes of memory the container takes besides
  };

  /// The number of elements that follow: the input can hold them, and their memory is granted.
  [[nodiscard]] std::size_t count(ElementSize size);

  /// The next `size` bytes of the message.
  [[nodiscard]] ByteView take(std::size_t size) {
    if (size > message_.size() - position_) [[unlikely]] {
      fail_short(size);
    }
    const ByteView taken = message_.subspan(position_, size);
    position_ += size;
    return taken;
  }

  /// A counted run of bytes.
  [[nodiscard]] Bytes bytes();

  /// Begins and ends what one class or container holds.
  void enter() {
    if (++nesting_ > limits_.nesting_max) [[unlikely]] {
      fail_nesting();
    }
  }
  void leave() { --nesting_; }

  /// Bytes read so far, and bytes left.
  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] std::size_t remaining() const { return message_.size() - position_; }

  /// The bytes from `position` to where the reader is now.
  [[nodiscard]] ByteView since(std::size_t position) const {
    return message_.subspan(position, position_ - position);
  }

  /// Gives the message up, saying `what` is wrong at this byte.
  [[noreturn]] void fail(std::string_view what);

  /// Nothing if the whole message was read and nothing failed; the first failure otherwise.
  [[nodiscard]] Result<void> finish();

  /// The failure that `thrown` (by a user's function, the allocator, or this reader) amounts to.
  [[nodiscard]] Error abandon(const std::exception_ptr& thrown) const;

 private:
  void charge(std::size_t memory);
  [[noreturn]] void fail_short(std::size_t wanted);
  [[noreturn]] void fail_nesting();
  [[nodiscard]] Error malformed(std::string_view what) const;

  ByteView message_;
  const Bytes* shared_ = nullptr;  // the message, if its storage may be shared
  DecodeLimits limits_;
  std::size_t position_ = 0;  // at most message_.size()
  std::size_t nesting_ = 0;
  std::size_t allocation_left_;
  std::optional<Error> failure_;  // once set, position_ stays at the end of message_
};

}  // namespace tessera::codec
