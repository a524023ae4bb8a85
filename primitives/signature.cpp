#include <tessera/primitives/signature.h>

#include <sodium.h>

namespace tessera {

bool verify(const PeerId& peer, ByteView message, const Signature& signature) {
  return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                     peer.view().data()) == 0;
}

}  // namespace tessera
