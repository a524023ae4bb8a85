#include <tessera/primitives/bytes.h>

#include <algorithm>

namespace tessera {

Bytes::Bytes(std::vector<std::uint8_t> bytes) {
  if (bytes.empty()) return;
  auto held = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
  data_ = held->data();
  size_ = held->size();
  owner_ = std::move(held);
}

Bytes::Bytes(std::string text) {
  if (text.empty()) return;
  auto held = std::make_shared<const std::string>(std::move(text));
  data_ = as_bytes(*held).data();
  size_ = held->size();
  owner_ = std::move(held);
}

Bytes Bytes::copy(ByteView bytes) { return joined(bytes, {}); }

Bytes Bytes::joined(ByteView first, ByteView second) {
  Bytes whole;
  const std::size_t size = first.size() + second.size();
  if (size == 0) return whole;
  const auto held = std::make_shared_for_overwrite<std::uint8_t[]>(size);
  std::ranges::copy(second, std::ranges::copy(first, held.get()).out);
  whole.data_ = held.get();
  whole.size_ = size;
  whole.owner_ = held;
  return whole;
}

Bytes Bytes::slice(Range range) const {
  const std::size_t offset = std::min(range.offset, size_);
  const std::size_t count = std::min(range.count, size_ - offset);
  Bytes part;
  if (count == 0) return part;
  part.owner_ = owner_;
  part.data_ = data_ + offset;
  part.size_ = count;
  return part;
}

}  // namespace tessera
