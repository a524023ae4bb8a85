#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/ids.h>

#include <array>

/// Ed25519 signatures by peers. `PeerId` is the public key.
namespace tessera {

struct Signature {
  std::array<std::uint8_t, 64> bytes{};
  auto operator<=>(const Signature&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(bytes);
  }
};

/// Signs as one peer. Deterministic: the same message always gives the same signature.
/// Implementations are callable from any thread.
class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual PeerId peer() const = 0;
  [[nodiscard]] virtual Signature sign(ByteView message) const = 0;
};

/// True if `peer` made `signature` over `message`. Callable from any thread.
[[nodiscard]] bool verify(const PeerId& peer, ByteView message, const Signature& signature);

}  // namespace tessera
