#include <tessera/primitives/check.h>
#include <tessera/primitives/hash.h>

#include <sodium.h>

namespace tessera {
namespace {

static_assert(sizeof(crypto_generichash_state) <= 384);
static_assert(alignof(crypto_generichash_state) <= 64);

crypto_generichash_state* as_state(std::array<std::uint8_t, 384>& storage) {
  return reinterpret_cast<crypto_generichash_state*>(storage.data());
}

std::array<std::uint8_t, 8> little_endian(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bytes[at] = static_cast<std::uint8_t>(number >> (8 * at));
  }
  return bytes;
}

}  // namespace

Hasher::Hasher(std::string_view domain) : Hasher(Keyed{{}, domain}) {}

Hasher::Hasher(Keyed keyed) {
  check(keyed.key.empty() || (keyed.key.size() >= 16 && keyed.key.size() <= 64),
        "a hash key has 16 to 64 bytes");
  check(crypto_generichash_init(as_state(state_), keyed.key.empty() ? nullptr : keyed.key.data(),
                                keyed.key.size(), UniqueId::size) == 0,
        "BLAKE2b did not start");
  add(keyed.domain);
}

Hasher& Hasher::add(ByteView bytes) {
  update(little_endian(bytes.size()));
  update(bytes);
  return *this;
}

Hasher& Hasher::add(std::uint64_t number) { return add(ByteView(little_endian(number))); }

UniqueId Hasher::digest() {
  UniqueId::Array out;
  crypto_generichash_final(as_state(state_), out.data(), out.size());
  return UniqueId(out);
}

void Hasher::update(ByteView bytes) {
  crypto_generichash_update(as_state(state_), bytes.data(), bytes.size());
}

bool equal_in_constant_time(const UniqueId& left, const UniqueId& right) {
  return sodium_memcmp(left.bytes().data(), right.bytes().data(), UniqueId::size) == 0;
}

}  // namespace tessera
