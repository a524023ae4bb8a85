#pragma once

#include <tessera/net/channel/record_protection.h>
#include <tessera/net/noise/cipher_state.h>
#include <tessera/primitives/result.h>

/// One direction of an established channel: seals or opens records, and changes the key every
/// 2^20 records, on both sides after the same one. Without protection records have the same form,
/// with zeroes where the tag would be. Not shared between threads.
namespace tessera::net {

class RecordCipher {
 public:
  static constexpr std::uint64_t records_per_key = std::uint64_t{1} << 20U;
  static constexpr std::size_t tag_size = noise::CipherState::tag_size;

  explicit RecordCipher(noise::CipherState cipher,
                        RecordProtection protection = RecordProtection::sealed)
      : cipher_(std::move(cipher)), protection_(protection) {}

  /// Seals all but the last 16 bytes of `buffer`, in place.
  void seal(std::span<std::uint8_t> buffer);

  /// Opens `buffer` in place; the plaintext is at its front. `malformed` if it was not sealed by
  /// the other side as its next record.
  [[nodiscard]] Result<std::span<std::uint8_t>> open(std::span<std::uint8_t> buffer);

 private:
  [[nodiscard]] static Result<std::span<std::uint8_t>> open_plain(std::span<std::uint8_t> buffer);
  void count();

  noise::CipherState cipher_;
  RecordProtection protection_;
};

}  // namespace tessera::net
