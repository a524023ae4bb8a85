#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/seal.h>

#include <sodium.h>

#include <algorithm>
#include <array>

namespace tessera::storage::rocks {
namespace {

using Checksum = std::array<std::uint8_t, crypto_shorthash_BYTES>;
static_assert(std::tuple_size_v<Checksum> == seal_size);

[[nodiscard]] Checksum checksum_of(RecordKind kind, ByteView payload) {
  // The key separates the kinds; it is no secret.
  std::array<std::uint8_t, crypto_shorthash_KEYBYTES> key = {'t', 'e', 's', 's', 'e', 'r', 'a'};
  key.back() = static_cast<std::uint8_t>(kind);
  Checksum checksum;
  crypto_shorthash(checksum.data(), payload.data(), payload.size(), key.data());
  return checksum;
}

}  // namespace

void seal(RecordKind kind, std::vector<std::uint8_t>& record) {
  check(record.size() >= seal_size, "a record leaves room for its seal");
  const Checksum checksum = checksum_of(kind, ByteView(record).subspan(seal_size));
  std::copy(checksum.begin(), checksum.end(), record.begin());
}

std::optional<ByteView> unseal(RecordKind kind, ByteView record) {
  if (record.size() < seal_size) {
    return std::nullopt;
  }
  const ByteView payload = record.subspan(seal_size);
  const Checksum checksum = checksum_of(kind, payload);
  if (!std::equal(checksum.begin(), checksum.end(), record.begin())) {
    return std::nullopt;
  }
  return payload;
}

}  // namespace tessera::storage::rocks
