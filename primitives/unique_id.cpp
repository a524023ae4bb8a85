#include <tessera/primitives/hash.h>
#include <tessera/primitives/hex.h>
#include <tessera/primitives/unique_id.h>

#include <algorithm>
#include <ostream>

namespace tessera {

UniqueId UniqueId::from(std::string_view text) { return from(as_bytes(text)); }

UniqueId UniqueId::from(ByteView bytes) { return Hasher("tessera/id").add(bytes).digest(); }

std::optional<UniqueId> UniqueId::parse(std::string_view hex) {
  const auto bytes = from_hex(hex);
  if (!bytes || bytes->size() != size) return std::nullopt;
  Array array;
  std::copy(bytes->begin(), bytes->end(), array.begin());
  return UniqueId(array);
}

UniqueId UniqueId::derive(std::string_view more) const {
  return Hasher("tessera/derive").add(bytes_).add(as_bytes(more)).digest();
}

UniqueId UniqueId::derive(const UniqueId& more) const {
  return Hasher("tessera/derive").add(bytes_).add(more.bytes_).digest();
}

UniqueId UniqueId::derive(std::uint64_t more) const {
  return Hasher("tessera/derive").add(bytes_).add(more).digest();
}

std::string UniqueId::hex() const { return to_hex(bytes_); }

std::string UniqueId::brief() const { return hex().substr(0, 10); }

std::ostream& operator<<(std::ostream& out, const UniqueId& id) { return out << id.brief(); }

}  // namespace tessera
