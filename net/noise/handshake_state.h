#pragma once

#include <tessera/net/noise/key_pair.h>
#include <tessera/net/noise/symmetric_state.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// HandshakeState of the Noise specification, section 5.3, for the XX pattern, plain and with the
/// psk0 to psk3 modifiers (sections 7.5 and 9).
///
///     XX:
///       -> e
///       <- e, ee, s, es
///       -> s, se
///
/// One handshake's; not shared between threads. After an error it must not be used again.
namespace tessera::net::noise {

enum class Token : std::uint8_t { e, s, ee, es, se, psk };

/// Which messages this side writes: the initiator the first and third, the responder the second.
enum class Side : std::uint8_t { initiator, responder };

class HandshakeState {
 public:
  static constexpr std::size_t message_count = 3;
  static constexpr std::size_t message_size_max = 65535;

  /// A pre-shared key and the number in "psk0" to "psk3".
  struct PreSharedKey {
    Secret<32> key;
    std::uint8_t place = 0;
  };

  struct Settings {
    Side side = Side::initiator;
    std::vector<std::uint8_t> prologue;
    KeyPair static_keys;
    std::optional<PreSharedKey> psk;
    /// GENERATE_KEYPAIR() for the ephemeral key: another one only to replay published vectors.
    std::function<KeyPair()> make_ephemeral = &KeyPair::generate;
  };

  explicit HandshakeState(Settings settings);

  /// WriteMessage: this side's next message, carrying `payload`.
  [[nodiscard]] Result<std::vector<std::uint8_t>> write_message(ByteView payload);

  /// ReadMessage: the payload of the other side's next message.
  [[nodiscard]] Result<std::vector<std::uint8_t>> read_message(ByteView message);

  [[nodiscard]] bool is_finished() const { return next_message_ == message_count; }
  [[nodiscard]] bool is_our_turn() const;

  /// h: everything both sides have agreed on so far.
  [[nodiscard]] const Digest& handshake_hash() const { return symmetric_.handshake_hash(); }

  /// The other side's static key; once it has been received.
  [[nodiscard]] const std::optional<PublicKey>& remote_static() const { return remote_static_; }
  [[nodiscard]] const PublicKey& local_static() const { return settings_.static_keys.public_key; }

  /// Split, seen from this side. Only when finished.
  struct Ciphers {
    CipherState send;
    CipherState receive;
  };
  [[nodiscard]] Ciphers split() const;

  [[nodiscard]] std::string protocol_name() const { return protocol_name_of(settings_); }

 private:
  [[nodiscard]] static std::string protocol_name_of(const Settings& settings);
  [[nodiscard]] std::vector<Token> tokens() const;
  [[nodiscard]] Result<void> write_token(Token token, std::vector<std::uint8_t>& out);
  [[nodiscard]] Result<void> read_token(Token token, ByteView& rest);
  [[nodiscard]] Result<void> mix_dh(Token token);

  Settings settings_;
  SymmetricState symmetric_;
  std::optional<KeyPair> ephemeral_;
  std::optional<PublicKey> remote_ephemeral_;
  std::optional<PublicKey> remote_static_;
  std::size_t next_message_ = 0;
};

}  // namespace tessera::net::noise
