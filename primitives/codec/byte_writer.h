#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/codec/failure.h>
#include <tessera/primitives/codec/limits.h>
#include <tessera/primitives/codec/scalar.h>
#include <tessera/primitives/result.h>

#include <exception>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The untyped half of encoding: appends the canonical form of numbers and bytes to a buffer.
///
/// It keeps the same accounts as `ByteReader` (nesting, and the memory that containers will take
/// when they are read), so that what `finish` accepts can be decoded. Made on the stack for one
/// value, used by one thread; the buffer must outlive it.
namespace tessera::codec {

class ByteWriter {
 public:
  /// Appends to `out`.
  explicit ByteWriter(std::vector<std::uint8_t>& out) : out_(out), start_(out.size()) {}

  template <Scalar T>
  void number(T value) {
    raw(to_little_endian(value));
  }

  /// Numbers one after the other, without their count.
  template <Scalar T>
  void numbers(std::span<const T> values) {
    if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) {
      raw({reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()});
    } else {
      for (const T value : values) number(value);
    }
  }

  void boolean(bool value) { out_.push_back(value ? 1 : 0); }

  /// Seven bits a byte, the lowest first, in as few bytes as possible (unsigned LEB128).
  void varint(std::uint64_t value);

  void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

  /// The number of elements that follow, which a reader will make room for.
  void count(Elements elements);

  /// Begins and ends what one class or container holds.
  void enter();
  void leave() { --nesting_; }

  /// Bytes written so far.
  [[nodiscard]] std::size_t position() const { return out_.size() - start_; }

  /// Takes back everything written from `position` on.
  [[nodiscard]] std::vector<std::uint8_t> cut(std::size_t position);

  /// Gives the value up. Whoever drives the writer may catch this, but `finish` will not succeed.
  [[noreturn]] void fail(Error error);

  /// Nothing if the value is complete and decodes within the default limits; the first failure
  /// otherwise, with the buffer as it was before.
  [[nodiscard]] Result<void> finish();

  /// The failure that `thrown` (by a user's function, or by this writer) amounts to.
  [[nodiscard]] Error abandon(const std::exception_ptr& thrown);

 private:
  std::vector<std::uint8_t>& out_;
  std::size_t start_;
  std::size_t nesting_ = 0;
  std::size_t allocation_ = 0;  // what decoding will charge
  std::optional<Error> failure_;
};

}  // namespace tessera::codec
