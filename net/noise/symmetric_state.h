#pragma once

#include <tessera/net/noise/cipher_state.h>
#include <tessera/net/noise/hash.h>

#include <string_view>
#include <utility>
#include <vector>

/// SymmetricState of the Noise specification, section 5.2. One handshake's; not shared.
namespace tessera::net::noise {

class SymmetricState {
 public:
  /// InitializeSymmetric.
  explicit SymmetricState(std::string_view protocol_name);

  void mix_key(ByteView input_key_material);
  void mix_hash(ByteView data);
  void mix_key_and_hash(ByteView input_key_material);

  [[nodiscard]] const Digest& handshake_hash() const { return hash_; }
  [[nodiscard]] bool has_key() const { return cipher_.has_key(); }

  /// EncryptAndHash: appends what becomes of `plaintext` to `out`.
  void encrypt_and_hash(ByteView plaintext, std::vector<std::uint8_t>& out);

  /// DecryptAndHash.
  [[nodiscard]] Result<std::vector<std::uint8_t>> decrypt_and_hash(ByteView ciphertext);

  /// Bytes that `encrypt_and_hash` adds at this point of the handshake.
  [[nodiscard]] std::size_t overhead() const { return cipher_.overhead(); }

  /// Split: the ciphers from and to the initiator, in this order.
  [[nodiscard]] std::pair<CipherState, CipherState> split() const;

 private:
  CipherState cipher_;
  ChainingKey chaining_key_;
  Digest hash_{};
};

}  // namespace tessera::net::noise
