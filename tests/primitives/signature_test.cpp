#include <tessera/primitives/signature.h>

#include <gtest/gtest.h>
#include <sodium.h>

namespace tessera::test {
namespace {

/// A peer whose key comes from a seed, as net/ would make it.
class SeededSigner final : public Signer {
 public:
  explicit SeededSigner(std::uint8_t seed) {
    std::array<std::uint8_t, crypto_sign_SEEDBYTES> bytes{};
    bytes.fill(seed);
    UniqueId::Array key{};
    crypto_sign_seed_keypair(key.data(), secret_.data(), bytes.data());
    peer_ = PeerId(UniqueId(key));
  }

  PeerId peer() const override { return peer_; }

  Signature sign(ByteView message) const override {
    Signature signature;
    crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(),
                         secret_.data());
    return signature;
  }

 private:
  PeerId peer_;
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret_{};
};

TEST(Signature, OfThePeerOverTheMessageVerifies) {
  const SeededSigner signer(1);
  const Signature signature = signer.sign(as_bytes("message"));
  EXPECT_TRUE(verify(signer.peer(), as_bytes("message"), signature));
  EXPECT_EQ(signer.sign(as_bytes("message")), signature);
  EXPECT_TRUE(verify(signer.peer(), {}, signer.sign({})));
}

TEST(Signature, OfAnythingElseDoesNot) {
  const SeededSigner signer(1);
  const Signature signature = signer.sign(as_bytes("message"));
  EXPECT_FALSE(verify(signer.peer(), as_bytes("massage"), signature));
  EXPECT_FALSE(verify(SeededSigner(2).peer(), as_bytes("message"), signature));
  EXPECT_FALSE(verify(PeerId(), as_bytes("message"), signature));
  EXPECT_FALSE(verify(signer.peer(), as_bytes("message"), Signature{}));
  for (const std::size_t at : {0U, 31U, 32U, 63U}) {
    Signature changed = signature;
    changed.bytes.at(at) ^= 1;
    EXPECT_FALSE(verify(signer.peer(), as_bytes("message"), changed)) << "byte " << at;
  }
}

}  // namespace
}  // namespace tessera::test
