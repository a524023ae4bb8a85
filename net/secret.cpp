#include <tessera/net/secret.h>

#include <sodium.h>

namespace tessera::net {

void wipe(std::span<std::uint8_t> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

}  // namespace tessera::net
