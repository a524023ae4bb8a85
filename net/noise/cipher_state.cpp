#include <tessera/net/noise/cipher_state.h>
#include <tessera/primitives/check.h>

#include <sodium.h>

#include <array>
#include <limits>

namespace tessera::net::noise {
namespace {

static_assert(CipherState::key_size == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
static_assert(CipherState::tag_size == crypto_aead_chacha20poly1305_ietf_ABYTES);

// Reserved by the specification for REKEY().
constexpr std::uint64_t nonce_max = std::numeric_limits<std::uint64_t>::max();

using NonceBytes = std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;

/// 32 bits of zeros, then the counter in little-endian order (section 12.3).
NonceBytes encode(std::uint64_t nonce) {
  NonceBytes bytes{};
  for (std::size_t at = 0; at < 8; ++at) {
    bytes[4 + at] = static_cast<std::uint8_t>(nonce >> (8 * at));
  }
  return bytes;
}

}  // namespace

CipherState::CipherState(const Key& key) : key_(key), has_key_(true) {}

bool CipherState::encrypt(ByteView associated, std::span<std::uint8_t> buffer) {
  if (!has_key_) return true;
  check(buffer.size() >= tag_size, "a sealed buffer has room for its tag");
  if (nonce_ == nonce_max) return false;
  const NonceBytes nonce = encode(nonce_);
  crypto_aead_chacha20poly1305_ietf_encrypt(buffer.data(), nullptr, buffer.data(),
                                            buffer.size() - tag_size, associated.data(),
                                            associated.size(), nullptr, nonce.data(), key_.data());
  ++nonce_;
  return true;
}

Result<std::span<std::uint8_t>> CipherState::decrypt(ByteView associated,
                                                     std::span<std::uint8_t> buffer) {
  if (!has_key_) return buffer;
  if (buffer.size() < tag_size || nonce_ == nonce_max) {
    return Error(Errc::malformed, "a sealed message is too short");
  }
  const NonceBytes nonce = encode(nonce_);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(buffer.data(), nullptr, nullptr, buffer.data(),
                                                buffer.size(), associated.data(), associated.size(),
                                                nonce.data(), key_.data()) != 0) {
    return Error(Errc::malformed, "a sealed message does not open: altered, replayed or reordered");
  }
  ++nonce_;
  return buffer.first(buffer.size() - tag_size);
}

void CipherState::rekey() {
  check(has_key_, "only a cipher with a key is rekeyed");
  Secret<key_size + tag_size> sealed;
  const NonceBytes nonce = encode(nonce_max);
  crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, sealed.data(), key_size,
                                            nullptr, 0, nullptr, nonce.data(), key_.data());
  key_ = Key(std::span<const std::uint8_t, key_size>(sealed.data(), key_size));
}

}  // namespace tessera::net::noise
