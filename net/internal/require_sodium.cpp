#include <tessera/net/internal/require_sodium.h>
#include <tessera/primitives/check.h>

#include <sodium.h>

namespace tessera::net {

void require_sodium() { check(sodium_init() >= 0, "libsodium did not initialise"); }

}  // namespace tessera::net
