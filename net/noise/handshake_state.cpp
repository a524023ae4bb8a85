#include <tessera/net/noise/handshake_state.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera::net::noise {
namespace {

Error too_short() { return {Errc::handshake_failed, "a handshake message is too short"}; }

Result<PublicKey> take_key(ByteView& rest) {
  if (rest.size() < dh_size) return too_short();
  PublicKey key;
  std::copy_n(rest.begin(), dh_size, key.begin());
  rest = rest.subspan(dh_size);
  return key;
}

}  // namespace

HandshakeState::HandshakeState(Settings settings)
    : settings_(std::move(settings)), symmetric_(protocol_name_of(settings_)) {
  check(!settings_.psk || settings_.psk->place <= message_count, "psk modifiers are psk0 to psk3");
  symmetric_.mix_hash(settings_.prologue);
}

std::string HandshakeState::protocol_name_of(const Settings& settings) {
  const std::string modifier =
      settings.psk ? "psk" + std::to_string(settings.psk->place) : std::string();
  return "Noise_XX" + modifier + "_25519_ChaChaPoly_BLAKE2b";
}

bool HandshakeState::is_our_turn() const {
  const bool initiator_writes = next_message_ % 2 == 0;
  return !is_finished() && initiator_writes == (settings_.side == Side::initiator);
}

std::vector<Token> HandshakeState::tokens() const {
  static const std::array<std::vector<Token>, message_count> pattern{{
      {Token::e},
      {Token::e, Token::ee, Token::s, Token::es},
      {Token::s, Token::se},
  }};
  std::vector<Token> tokens = pattern[next_message_];
  if (settings_.psk) {
    // psk0 stands before the first message's tokens, pskN after the N-th message's.
    if (settings_.psk->place == 0 && next_message_ == 0) tokens.insert(tokens.begin(), Token::psk);
    if (settings_.psk->place == next_message_ + 1) tokens.push_back(Token::psk);
  }
  return tokens;
}

Result<std::vector<std::uint8_t>> HandshakeState::write_message(ByteView payload) {
  check(is_our_turn(), "a handshake message is written in its turn");
  std::vector<std::uint8_t> message;
  for (const Token token : tokens()) {
    const auto written = write_token(token, message);
    if (!written) return written.error();
  }
  check(message.size() + payload.size() + symmetric_.overhead() <= message_size_max,
        "a handshake payload is small");
  symmetric_.encrypt_and_hash(payload, message);
  ++next_message_;
  return message;
}

Result<std::vector<std::uint8_t>> HandshakeState::read_message(ByteView message) {
  check(!is_finished() && !is_our_turn(), "a handshake message is read in its turn");
  if (message.size() > message_size_max) {
    return Error(Errc::handshake_failed, "a handshake message is too long");
  }
  ByteView rest = message;
  for (const Token token : tokens()) {
    const auto read = read_token(token, rest);
    if (!read) return read.error();
  }
  auto payload = symmetric_.decrypt_and_hash(rest);
  if (!payload) return payload.error();
  ++next_message_;
  return payload;
}

Result<void> HandshakeState::write_token(Token token, std::vector<std::uint8_t>& out) {
  switch (token) {
    case Token::e:
      ephemeral_ = settings_.make_ephemeral();
      out.insert(out.end(), ephemeral_->public_key.begin(), ephemeral_->public_key.end());
      symmetric_.mix_hash(ephemeral_->public_key);
      if (settings_.psk) symmetric_.mix_key(ephemeral_->public_key);
      return {};
    case Token::s:
      symmetric_.encrypt_and_hash(local_static(), out);
      return {};
    default:
      return mix_dh(token);
  }
}

Result<void> HandshakeState::read_token(Token token, ByteView& rest) {
  switch (token) {
    case Token::e: {
      const auto key = take_key(rest);
      if (!key) return key.error();
      remote_ephemeral_ = *key;
      symmetric_.mix_hash(*key);
      if (settings_.psk) symmetric_.mix_key(*key);
      return {};
    }
    case Token::s: {
      const std::size_t size = dh_size + symmetric_.overhead();
      if (rest.size() < size) return too_short();
      const auto opened = symmetric_.decrypt_and_hash(rest.first(size));
      if (!opened) return opened.error();
      rest = rest.subspan(size);
      ByteView plain = *opened;
      const auto key = take_key(plain);
      if (!key) return key.error();
      remote_static_ = *key;
      return {};
    }
    default:
      return mix_dh(token);
  }
}

Result<void> HandshakeState::mix_dh(Token token) {
  if (token == Token::psk) {
    symmetric_.mix_key_and_hash(settings_.psk->key.view());
    return {};
  }
  // The first letter names the initiator's key, the second the responder's.
  const bool initiator = settings_.side == Side::initiator;
  const bool our_static = token == (initiator ? Token::se : Token::es);
  const bool their_static = token == (initiator ? Token::es : Token::se);
  const std::optional<PublicKey>& theirs = their_static ? remote_static_ : remote_ephemeral_;
  check(theirs.has_value() && ephemeral_.has_value(), "XX has both keys before each DH");
  const auto shared = dh(our_static ? settings_.static_keys : *ephemeral_, *theirs);
  if (!shared) return shared.error();
  symmetric_.mix_key(shared->view());
  return {};
}

HandshakeState::Ciphers HandshakeState::split() const {
  check(is_finished(), "a handshake is split when it is finished");
  auto [from_initiator, to_initiator] = symmetric_.split();
  if (settings_.side == Side::initiator) return {from_initiator, to_initiator};
  return {to_initiator, from_initiator};
}

}  // namespace tessera::net::noise
