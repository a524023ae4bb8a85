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

Bytes Bytes::copy(ByteView bytes) {
  return Bytes(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
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
