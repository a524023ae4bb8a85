#include <tessera/primitives/check.h>
#include <tessera/primitives/plain_digest.h>

#include <sodium.h>

namespace tessera {

UniqueId plain_digest(ByteView bytes) {
  UniqueId::Array out{};
  check(crypto_generichash(out.data(), out.size(), bytes.data(), bytes.size(), nullptr, 0) == 0,
        "BLAKE2b takes any bytes");
  return UniqueId(out);
}

}  // namespace tessera
