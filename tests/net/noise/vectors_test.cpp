// Replays the published handshake vectors of Debian's golang-github-flynn-noise-dev in both roles.
#include <tessera/net/noise/handshake_state.h>
#include <tessera/primitives/hex.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace tessera::net::noise {
namespace {

constexpr const char* vectors_path = "/usr/share/gocode/src/github.com/flynn/noise/vectors.txt";

using Vector = std::map<std::string, std::string>;
using Octets = std::vector<std::uint8_t>;

std::vector<Vector> read_vectors(const std::string& suffix) {
  std::ifstream file(vectors_path);
  std::vector<Vector> vectors;
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    const std::string key = line.substr(0, equals);
    if (key == "handshake") vectors.emplace_back();
    if (!vectors.empty()) vectors.back()[key] = line.substr(equals + 1);
  }
  std::erase_if(vectors, [&](const Vector& vector) {
    const std::string& name = vector.at("handshake");
    return !name.starts_with("Noise_XX") || !name.ends_with(suffix);
  });
  return vectors;
}

Octets unhex(const std::string& text) {
  const auto bytes = from_hex(text);
  EXPECT_TRUE(bytes.has_value()) << text;
  return bytes.value_or(Octets{});
}

KeyPair key_pair(const std::string& text) {
  const Octets bytes = unhex(text);
  EXPECT_EQ(bytes.size(), dh_size);
  return KeyPair::from(Secret<dh_size>(std::span<const std::uint8_t, dh_size>(bytes.data(), 32)));
}

HandshakeState make_side(const Vector& vector, Side side) {
  const bool initiator = side == Side::initiator;
  HandshakeState::Settings settings;
  settings.side = side;
  settings.static_keys = key_pair(vector.at(initiator ? "init_static" : "resp_static"));
  const std::string ephemeral = vector.at(initiator ? "gen_init_ephemeral" : "gen_resp_ephemeral");
  settings.make_ephemeral = [ephemeral] { return key_pair(ephemeral); };
  if (vector.contains("prologue")) settings.prologue = unhex(vector.at("prologue"));
  if (vector.contains("preshared_key")) {
    const Octets key = unhex(vector.at("preshared_key"));
    HandshakeState::PreSharedKey psk;
    psk.key = Secret<32>(std::span<const std::uint8_t, 32>(key.data(), 32));
    psk.place = static_cast<std::uint8_t>(vector.at("handshake").at(11) - '0');
    settings.psk = psk;
  }
  return HandshakeState(std::move(settings));
}

void replay_handshake(const Vector& vector, HandshakeState& initiator, HandshakeState& responder) {
  for (std::size_t at = 0; at < HandshakeState::message_count; ++at) {
    const std::string prefix = "msg_" + std::to_string(at);
    const Octets payload = unhex(vector.at(prefix + "_payload"));
    HandshakeState& writer = at % 2 == 0 ? initiator : responder;
    HandshakeState& reader = at % 2 == 0 ? responder : initiator;
    const auto message = writer.write_message(payload);
    ASSERT_TRUE(message.has_value()) << message.error().message();
    EXPECT_EQ(to_hex(*message), vector.at(prefix + "_ciphertext"));
    // The reader gets the published bytes, not ours.
    const auto read = reader.read_message(unhex(vector.at(prefix + "_ciphertext")));
    ASSERT_TRUE(read.has_value()) << read.error().message();
    EXPECT_EQ(*read, payload);
  }
}

void replay_transport(const Vector& vector, const HandshakeState& initiator,
                      const HandshakeState& responder) {
  auto ours = initiator.split();
  auto theirs = responder.split();
  for (std::size_t at = HandshakeState::message_count;; ++at) {
    const std::string prefix = "msg_" + std::to_string(at);
    if (!vector.contains(prefix + "_payload")) break;
    const bool from_initiator = (at - HandshakeState::message_count) % 2 == 0;
    CipherState& sender = from_initiator ? ours.send : theirs.send;
    CipherState& receiver = from_initiator ? theirs.receive : ours.receive;
    const Octets payload = unhex(vector.at(prefix + "_payload"));
    Octets buffer = payload;
    buffer.resize(buffer.size() + CipherState::tag_size);
    ASSERT_TRUE(sender.encrypt({}, buffer));
    EXPECT_EQ(to_hex(buffer), vector.at(prefix + "_ciphertext"));
    const auto opened = receiver.decrypt({}, buffer);
    ASSERT_TRUE(opened.has_value());
    EXPECT_TRUE(std::equal(opened->begin(), opened->end(), payload.begin(), payload.end()));
  }
}

TEST(NoiseVectors, EveryXxVectorOfOurSuitePassesInBothRoles) {
  const std::vector<Vector> vectors = read_vectors("_25519_ChaChaPoly_BLAKE2b");
  ASSERT_FALSE(vectors.empty()) << vectors_path
                                << " is missing; install golang-github-flynn-noise-dev";
  EXPECT_EQ(vectors.size(), 20U) << "4 each of XX and XXpsk0 to XXpsk3";
  for (const Vector& vector : vectors) {
    SCOPED_TRACE(vector.at("handshake"));
    HandshakeState initiator = make_side(vector, Side::initiator);
    HandshakeState responder = make_side(vector, Side::responder);
    EXPECT_EQ(initiator.protocol_name(), vector.at("handshake"));
    replay_handshake(vector, initiator, responder);
    ASSERT_TRUE(initiator.is_finished() && responder.is_finished());
    EXPECT_EQ(initiator.handshake_hash(), responder.handshake_hash());
    replay_transport(vector, initiator, responder);
  }
}

}  // namespace
}  // namespace tessera::net::noise
