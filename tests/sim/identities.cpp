#include <tessera/conformance/identities.h>
#include <tessera/primitives/check.h>

#include <sodium.h>

#include <algorithm>
#include <array>
#include <vector>

namespace tessera::sim {
namespace {

class KeyPair final : public Signer {
 public:
  explicit KeyPair(std::size_t index) {
    std::array<std::uint8_t, crypto_sign_SEEDBYTES> seed{};
    seed[0] = static_cast<std::uint8_t>(index + 1);
    UniqueId::Array public_key{};
    crypto_sign_seed_keypair(public_key.data(), secret_.data(), seed.data());
    peer_ = PeerId(UniqueId(public_key));
  }

  [[nodiscard]] PeerId peer() const override { return peer_; }
  [[nodiscard]] Signature sign(ByteView message) const override {
    Signature signature;
    crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(),
                         secret_.data());
    return signature;
  }

 private:
  PeerId peer_;
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret_{};
};

std::vector<KeyPair> make_all() {
  check(sodium_init() >= 0, "libsodium did not initialise");
  std::vector<KeyPair> all;
  for (std::size_t index = 0; index < identities_max; ++index) all.emplace_back(index);
  return all;
}

}  // namespace

const Signer& identity(std::size_t index) {
  static const std::vector<KeyPair> all = make_all();
  return all.at(index);
}

}  // namespace tessera::sim
