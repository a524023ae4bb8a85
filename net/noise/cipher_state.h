#pragma once

#include <tessera/net/secret.h>
#include <tessera/primitives/result.h>

#include <cstdint>
#include <span>

/// CipherState of the Noise specification, section 5.1, with ChaChaPoly (section 12.3).
///
/// One direction of a channel. It works in place, so that a record is sealed and opened in the
/// buffer it travels in. A value type; not shared between threads; its key is wiped.
namespace tessera::net::noise {

class CipherState {
 public:
  static constexpr std::size_t key_size = 32;
  static constexpr std::size_t tag_size = 16;
  using Key = Secret<key_size>;

  CipherState() = default;
  explicit CipherState(const Key& key);

  [[nodiscard]] bool has_key() const { return has_key_; }
  [[nodiscard]] std::uint64_t nonce() const { return nonce_; }

  /// EncryptWithAd: seals all but the last 16 bytes of `buffer` and puts the tag there. Without a
  /// key the buffer must be plaintext alone and stays as it is. False only when the 2^64-1 nonces
  /// are used up.
  [[nodiscard]] bool encrypt(ByteView associated, std::span<std::uint8_t> buffer);

  /// DecryptWithAd: the plaintext, at the front of `buffer`. `malformed` if the tag does not
  /// match; the state is then as before.
  [[nodiscard]] Result<std::span<std::uint8_t>> decrypt(ByteView associated,
                                                        std::span<std::uint8_t> buffer);

  /// Bytes that `encrypt` adds.
  [[nodiscard]] std::size_t overhead() const { return has_key_ ? tag_size : 0; }

  /// REKEY(): a new key from the old one, which cannot be computed back. The nonce goes on.
  void rekey();

 private:
  Key key_;
  bool has_key_ = false;
  std::uint64_t nonce_ = 0;
};

}  // namespace tessera::net::noise
