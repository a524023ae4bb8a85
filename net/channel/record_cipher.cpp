#include <tessera/net/channel/record_cipher.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera::net {

void RecordCipher::seal(std::span<std::uint8_t> buffer) {
  if (protection_ == RecordProtection::none) {
    std::ranges::fill(buffer.last(tag_size), std::uint8_t{0});
    return;
  }
  check(cipher_.encrypt({}, buffer), "a connection does not live for 2^64 records");
  count();
}

Result<std::span<std::uint8_t>> RecordCipher::open(std::span<std::uint8_t> buffer) {
  if (protection_ == RecordProtection::none) return open_plain(buffer);
  auto plaintext = cipher_.decrypt({}, buffer);
  if (plaintext) count();
  return plaintext;
}

Result<std::span<std::uint8_t>> RecordCipher::open_plain(std::span<std::uint8_t> buffer) {
  const auto is_set = [](std::uint8_t byte) { return byte != 0; };
  if (buffer.size() < tag_size || std::ranges::any_of(buffer.last(tag_size), is_set)) {
    return Error(Errc::malformed, "a record that is not plain");
  }
  return buffer.first(buffer.size() - tag_size);
}

void RecordCipher::count() {
  if (cipher_.nonce() % records_per_key == 0) cipher_.rekey();
}

}  // namespace tessera::net
