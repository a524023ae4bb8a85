#include <tessera/net/internal/require_sodium.h>
#include <tessera/net/noise/key_pair.h>
#include <tessera/primitives/check.h>

#include <sodium.h>

namespace tessera::net::noise {

KeyPair KeyPair::generate() {
  require_sodium();
  Secret<dh_size> secret;
  randombytes_buf(secret.data(), dh_size);
  return from(secret);
}

KeyPair KeyPair::from(const Secret<dh_size>& secret) {
  require_sodium();
  KeyPair pair;
  pair.secret = secret;
  check(crypto_scalarmult_base(pair.public_key.data(), pair.secret.data()) == 0,
        "X25519 did not make a public key");
  return pair;
}

Result<SharedSecret> dh(const KeyPair& ours, const PublicKey& theirs) {
  SharedSecret shared;
  if (crypto_scalarmult(shared.data(), ours.secret.data(), theirs.data()) != 0) {
    return Error(Errc::handshake_failed, "the other side sent a key of low order");
  }
  return shared;
}

}  // namespace tessera::net::noise
