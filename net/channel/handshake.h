#pragma once

#include <tessera/net/channel/greeting.h>
#include <tessera/net/identity.h>
#include <tessera/net/link.h>
#include <tessera/net/noise/handshake_state.h>

#include <memory>
#include <optional>

/// The handshake of one connection, without any I/O: bytes in, bytes out.
///
/// Noise's XX pattern behind a greeting, each message preceded by its length in two bytes. The
/// encrypted payloads of the second and third message carry the sender's credentials: its Ed25519
/// identity with a signature over the channel's static X25519 key, the sender's role and the
/// handshake so far. So a static key that leaks is of no use without the identity's key.
///
/// Owned by whoever drives the connection; not shared between threads.
namespace tessera::net {

/// One run of one process: told apart from the run before a restart.
using RunId = TaggedId<struct RunTag>;

struct HandshakeSettings {
  std::shared_ptr<const Identity> identity;
  noise::KeyPair static_keys;  ///< made anew by each process, never stored
  NetworkId network;
  RunId run;
  Role role = Role::dialler;
  RecordProtection records = RecordProtection::sealed;  ///< of what follows; both sides' alike
  std::size_t bytes_max = 1024;  ///< most that is ever read from the other side

  // The dialler's wishes; the listener learns the lane and the binding from it.
  Lane lane = Lane::control;
  std::optional<PeerId> expected;
  UniqueId control_binding;  ///< bulk only: the link that this connection belongs to
};

/// What a finished handshake gives.
struct Introduction {
  noise::CipherState send;
  noise::CipherState receive;
  UniqueId binding;  ///< derived from the handshake hash
  PeerId peer;
  RunId run;
  Role role = Role::dialler;  ///< ours
  Lane lane = Lane::control;
  UniqueId control_binding;
};

class Handshake {
 public:
  explicit Handshake(HandshakeSettings settings);

  /// What is to be sent now; also after an error, so that the other side learns why.
  [[nodiscard]] std::vector<std::uint8_t> take_output();

  /// How many bytes `feed` takes next; 0 when finished.
  [[nodiscard]] std::size_t bytes_wanted() const { return bytes_wanted_; }

  /// Takes exactly `bytes_wanted()` bytes. After an error the connection must be closed. Errors:
  /// those of `check_greeting`; `handshake_failed` if the other side is not who it must be, or
  /// something altered the messages; `not_allowed` if the other side is this node itself.
  [[nodiscard]] Result<void> feed(ByteView bytes);

  [[nodiscard]] bool is_finished() const { return step_ == Step::finished; }

  /// The result. Only when finished.
  [[nodiscard]] Introduction introduction() const;

 private:
  enum class Step : std::uint8_t { greeting, length, message, finished };

  [[nodiscard]] Result<void> on_greeting(ByteView bytes);
  [[nodiscard]] Result<void> on_length(ByteView bytes);
  [[nodiscard]] Result<void> on_message(ByteView bytes);
  [[nodiscard]] Result<void> on_credentials(ByteView payload, const UniqueId& signed_digest);
  [[nodiscard]] Result<void> advance();
  [[nodiscard]] std::vector<std::uint8_t> credentials() const;
  [[nodiscard]] GreetingFields greeting() const;
  void begin_noise();
  void want(Step step, std::size_t bytes);

  HandshakeSettings settings_;
  std::optional<noise::HandshakeState> noise_;
  std::vector<std::uint8_t> output_;
  Step step_ = Step::greeting;
  std::size_t bytes_wanted_ = greeting_size;
  std::size_t bytes_received_ = 0;
  bool has_credentials_ = false;
  PeerId peer_;
  RunId run_;
  UniqueId control_binding_;
};

}  // namespace tessera::net
