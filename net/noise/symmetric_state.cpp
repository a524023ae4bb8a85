#include <tessera/net/noise/symmetric_state.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera::net::noise {
namespace {

/// Keys of ciphers are the first 32 of HKDF's 64 bytes (section 5.2: "if HASHLEN is 64, then
/// truncates temp_k to 32 bytes").
CipherState::Key truncated(const ChainingKey& key) {
  return CipherState::Key(
      std::span<const std::uint8_t, CipherState::key_size>(key.data(), CipherState::key_size));
}

}  // namespace

SymmetricState::SymmetricState(std::string_view protocol_name) {
  if (protocol_name.size() <= hash_size) {
    std::copy(protocol_name.begin(), protocol_name.end(), hash_.begin());
  } else {
    hash_ = hash({as_bytes(protocol_name)});
  }
  std::copy(hash_.begin(), hash_.end(), chaining_key_.data());
}

void SymmetricState::mix_key(ByteView input_key_material) {
  Derived derived = hkdf(chaining_key_, input_key_material);
  chaining_key_ = derived.first;
  cipher_ = CipherState(truncated(derived.second));
}

void SymmetricState::mix_hash(ByteView data) { hash_ = hash({hash_, data}); }

void SymmetricState::mix_key_and_hash(ByteView input_key_material) {
  Derived derived = hkdf(chaining_key_, input_key_material);
  chaining_key_ = derived.first;
  mix_hash(derived.second.view());
  cipher_ = CipherState(truncated(derived.third));
}

void SymmetricState::encrypt_and_hash(ByteView plaintext, std::vector<std::uint8_t>& out) {
  const std::size_t start = out.size();
  out.insert(out.end(), plaintext.begin(), plaintext.end());
  out.resize(out.size() + cipher_.overhead());
  const std::span<std::uint8_t> sealed = std::span(out).subspan(start);
  check(cipher_.encrypt(hash_, sealed), "a handshake uses only a few nonces");
  mix_hash(sealed);
}

Result<std::vector<std::uint8_t>> SymmetricState::decrypt_and_hash(ByteView ciphertext) {
  std::vector<std::uint8_t> buffer(ciphertext.begin(), ciphertext.end());
  const auto plaintext = cipher_.decrypt(hash_, buffer);
  if (!plaintext) return plaintext.error();
  mix_hash(ciphertext);
  buffer.resize(plaintext->size());
  return buffer;
}

std::pair<CipherState, CipherState> SymmetricState::split() const {
  const Derived derived = hkdf(chaining_key_, {});
  return {CipherState(truncated(derived.first)), CipherState(truncated(derived.second))};
}

}  // namespace tessera::net::noise
