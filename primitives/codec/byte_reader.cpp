#include <tessera/primitives/codec/byte_reader.h>

#include <string>

namespace tessera::codec {

ByteReader::ByteReader(ByteView message, const DecodeLimits& limits)
    : message_(message), limits_(limits), allocation_left_(limits.allocation_max(message.size())) {}

ByteReader::ByteReader(const Bytes& message, const DecodeLimits& limits)
    : ByteReader(message.view(), limits) {
  shared_ = &message;
}

bool ByteReader::boolean() {
  const std::uint8_t byte = take(1).front();
  if (byte > 1) fail("expected 0 or 1, found " + std::to_string(byte));
  return byte == 1;
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = take(1).front();
    const std::uint64_t bits = byte & 0x7fU;
    if ((bits << shift) >> shift != bits) fail("a length has more than 64 bits");
    value |= bits << shift;
    if ((byte & 0x80U) == 0) {
      if (byte == 0 && shift > 0) fail("a length is longer than it needs to be");
      return value;
    }
  }
  fail("a length has more than 64 bits");
}

std::size_t ByteReader::count(ElementSize size) {
  const std::uint64_t count = varint();
  if (size.encoded_min != 0 && count > remaining() / size.encoded_min) {
    fail("expected " + std::to_string(count) + " elements of " + std::to_string(size.encoded_min) +
         " bytes or more, and " + std::to_string(remaining()) + " bytes are left");
  }
  static_assert(sizeof(std::size_t) == sizeof(std::uint64_t));
  charge(Elements{count, size.allocated, size.fixed}.total());
  return count;
}

Bytes ByteReader::bytes() {
  const std::size_t size = count({.encoded_min = 1, .allocated = 1, .fixed = shared_overhead});
  const std::size_t offset = position_;
  const ByteView taken = take(size);
  return shared_ == nullptr ? Bytes::copy(taken) : shared_->slice({offset, size});
}

void ByteReader::fail(std::string_view what) {
  if (!failure_) failure_ = malformed(what);
  // Nothing is left for whoever caught the exception and goes on reading.
  position_ = message_.size();
  throw Failure(*failure_);
}

Result<void> ByteReader::finish() {
  if (!failure_ && remaining() != 0) {
    failure_ = malformed("expected the end, and " + std::to_string(remaining()) + " bytes follow");
  }
  if (failure_) return *failure_;
  return {};
}

Error ByteReader::abandon(const std::exception_ptr& thrown) const {
  if (failure_) return *failure_;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return malformed(error.what());
  } catch (...) {
    return malformed("the type's serialize function threw");
  }
}

void ByteReader::charge(std::size_t memory) {
  if (memory > allocation_left_) {
    fail("containers of " + std::to_string(memory) + " bytes of memory are announced, and " +
         std::to_string(allocation_left_) + " bytes more are allowed");
  }
  allocation_left_ -= memory;
}

void ByteReader::fail_short(std::size_t wanted) {
  fail("expected " + std::to_string(wanted) + " bytes, and " + std::to_string(remaining()) +
       " are left");
}

void ByteReader::fail_nesting() {
  fail("nested deeper than " + std::to_string(limits_.nesting_max) + " levels");
}

Error ByteReader::malformed(std::string_view what) const {
  return {Errc::malformed, "byte " + std::to_string(position_) + ": " + std::string(what)};
}

}  // namespace tessera::codec
