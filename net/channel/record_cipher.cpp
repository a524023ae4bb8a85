#include <tessera/net/channel/record_cipher.h>
#include <tessera/primitives/check.h>

namespace tessera::net {

void RecordCipher::seal(std::span<std::uint8_t> buffer) {
  check(cipher_.encrypt({}, buffer), "a connection does not live for 2^64 records");
  count();
}

Result<std::span<std::uint8_t>> RecordCipher::open(std::span<std::uint8_t> buffer) {
  auto plaintext = cipher_.decrypt({}, buffer);
  if (plaintext) count();
  return plaintext;
}

void RecordCipher::count() {
  if (cipher_.nonce() % records_per_key == 0) cipher_.rekey();
}

}  // namespace tessera::net
