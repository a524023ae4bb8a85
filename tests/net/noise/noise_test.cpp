#include <tessera/net/noise/handshake_state.h>
#include <tessera/primitives/hex.h>

#include <gtest/gtest.h>

namespace tessera::net::noise {
namespace {

using Octets = std::vector<std::uint8_t>;

HandshakeState side(Side which) {
  HandshakeState::Settings settings;
  settings.side = which;
  settings.static_keys = KeyPair::generate();
  return HandshakeState(std::move(settings));
}

TEST(Noise, KeysOfLowOrderAbortTheHandshake) {
  // Points whose multiples are all zero: RFC 7748, section 6.1, and its references.
  for (const char* hex : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                          "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    HandshakeState responder = side(Side::responder);
    const auto key = from_hex(hex);
    ASSERT_TRUE(key && responder.read_message(*key).has_value());
    const auto answer = responder.write_message({});
    ASSERT_FALSE(answer.has_value()) << hex;
    EXPECT_TRUE(answer.error().is(Errc::handshake_failed));
  }
}

TEST(Noise, MessagesOfEveryOtherLengthAreRefused) {
  HandshakeState initiator = side(Side::initiator);
  HandshakeState responder = side(Side::responder);
  const Octets first = *initiator.write_message({});
  for (std::size_t size = 0; size < first.size(); ++size) {
    HandshakeState other = side(Side::responder);
    EXPECT_FALSE(other.read_message(ByteView(first).first(size)).has_value());
  }
  ASSERT_TRUE(responder.read_message(first).has_value());
  const Octets second = *responder.write_message({});
  for (std::size_t size = 0; size < second.size(); ++size) {
    HandshakeState copy = initiator;
    EXPECT_FALSE(copy.read_message(ByteView(second).first(size)).has_value());
  }
}

TEST(CipherState, RekeyChangesTheKeyOnBothSidesAlike) {
  const CipherState::Key key(std::array<std::uint8_t, 32>{7});
  CipherState sender(key);
  CipherState receiver(key);
  CipherState late(key);
  sender.rekey();
  receiver.rekey();
  Octets buffer(20, 9);
  ASSERT_TRUE(sender.encrypt({}, buffer));
  Octets copy = buffer;
  EXPECT_TRUE(receiver.decrypt({}, buffer).has_value());
  EXPECT_FALSE(late.decrypt({}, copy).has_value());
}

TEST(CipherState, AFailedDecryptionLeavesTheStateAsItWas) {
  const CipherState::Key key(std::array<std::uint8_t, 32>{7});
  CipherState sender(key);
  CipherState receiver(key);
  Octets sealed(24, 1);
  ASSERT_TRUE(sender.encrypt({}, sealed));
  Octets bad = sealed;
  bad[3] ^= 4;
  EXPECT_FALSE(receiver.decrypt({}, bad).has_value());
  EXPECT_EQ(receiver.nonce(), 0U);
  EXPECT_TRUE(receiver.decrypt({}, sealed).has_value());
}

}  // namespace
}  // namespace tessera::net::noise
