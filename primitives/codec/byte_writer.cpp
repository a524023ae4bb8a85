#include <tessera/primitives/codec/byte_writer.h>

#include <utility>

namespace tessera::codec {

void ByteWriter::varint(std::uint64_t value) {
  while (value >= 0x80U) {
    out_.push_back(static_cast<std::uint8_t>((value & 0x7fU) | 0x80U));
    value >>= 7U;
  }
  out_.push_back(static_cast<std::uint8_t>(value));
}

void ByteWriter::count(Elements elements) {
  varint(elements.count);
  allocation_ = saturating_sum({allocation_, elements.total()});
}

void ByteWriter::enter() {
  if (++nesting_ > DecodeLimits{}.nesting_max) {
    fail({Errc::too_large, "a value is nested deeper than " +
                               std::to_string(DecodeLimits{}.nesting_max) + " levels"});
  }
}

std::vector<std::uint8_t> ByteWriter::cut(std::size_t position) {
  const auto from = out_.begin() + static_cast<std::ptrdiff_t>(start_ + position);
  std::vector<std::uint8_t> taken(from, out_.end());
  out_.erase(from, out_.end());
  return taken;
}

void ByteWriter::fail(Error error) {
  if (!failure_) failure_ = std::move(error);
  throw Failure(*failure_);
}

Result<void> ByteWriter::finish() {
  const std::size_t allocation_max = DecodeLimits{}.allocation_max(position());
  if (!failure_ && allocation_ > allocation_max) {
    failure_ =
        Error(Errc::too_large, "decoding this value would take " + std::to_string(allocation_) +
                                   " bytes of memory, and " + std::to_string(position()) +
                                   " bytes of input may take " + std::to_string(allocation_max));
  }
  if (!failure_) return {};
  out_.resize(start_);
  return *failure_;
}

Error ByteWriter::abandon(const std::exception_ptr& thrown) {
  out_.resize(start_);
  if (failure_) return *failure_;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return {Errc::invalid_argument, std::string("the value cannot be encoded: ") + error.what()};
  } catch (...) {
    return {Errc::invalid_argument, "the value cannot be encoded: its serialize function threw"};
  }
}

}  // namespace tessera::codec
