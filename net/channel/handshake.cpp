#include <tessera/net/channel/handshake.h>
#include <tessera/primitives/check.h>
#include <tessera/primitives/hash.h>

#include <algorithm>

namespace tessera::net {
namespace {

// The credentials: format, identity, signature, run, binding of the control connection.
constexpr std::uint8_t credentials_version = 1;
constexpr std::size_t peer_at = 1;
constexpr std::size_t signature_at = peer_at + 32;
constexpr std::size_t run_at = signature_at + 64;
constexpr std::size_t binding_at = run_at + 32;
constexpr std::size_t credentials_size = binding_at + 32;
constexpr std::size_t length_size = 2;

UniqueId id_at(ByteView bytes, std::size_t offset) {
  UniqueId::Array array;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), array.size(), array.begin());
  return UniqueId(array);
}

void put(std::vector<std::uint8_t>& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void put_message(std::vector<std::uint8_t>& out, ByteView message) {
  out.push_back(static_cast<std::uint8_t>(message.size() >> 8U));
  out.push_back(static_cast<std::uint8_t>(message.size() & 0xffU));
  put(out, message);
}

/// What an identity signs. The handshake hash holds both ephemeral keys' share so far, the other
/// side's among them, so that a signature is good for one handshake only.
struct Claim {
  Role signer;
  noise::PublicKey static_key;
  noise::Digest handshake_hash;
};

UniqueId digest_of(const Claim& claim, const noise::HandshakeState& state) {
  return Hasher("tessera/channel-credentials")
      .add(as_bytes(state.protocol_name()))
      .add(static_cast<std::uint64_t>(claim.signer))
      .add(ByteView(claim.static_key))
      .add(ByteView(claim.handshake_hash))
      .digest();
}

Role opposite(Role role) { return role == Role::dialler ? Role::listener : Role::dialler; }

Error altered() {
  return {Errc::handshake_failed, "the handshake was altered on its way, or is no handshake"};
}

}  // namespace

Handshake::Handshake(HandshakeSettings settings) : settings_(std::move(settings)) {
  check(settings_.identity != nullptr, "a handshake needs an identity");
  if (settings_.role == Role::listener) return;
  put(output_, make_greeting(greeting()));
  begin_noise();
  const auto first = noise_->write_message({});
  check(first.has_value(), "the first message needs nothing of the other side");
  put_message(output_, *first);
}

void Handshake::begin_noise() {
  noise::HandshakeState::Settings noise;
  noise.side = settings_.role == Role::dialler ? noise::Side::initiator : noise::Side::responder;
  noise.prologue = make_prologue(greeting());
  noise.static_keys = settings_.static_keys;
  noise_.emplace(std::move(noise));
}

GreetingFields Handshake::greeting() const {
  return {settings_.network, settings_.lane, settings_.records};
}

std::vector<std::uint8_t> Handshake::take_output() { return std::exchange(output_, {}); }

void Handshake::want(Step step, std::size_t bytes) {
  step_ = step;
  bytes_wanted_ = bytes;
}

Result<void> Handshake::feed(ByteView bytes) {
  check(bytes.size() == bytes_wanted_ && !is_finished(), "a handshake is fed what it wants");
  bytes_received_ += bytes.size();
  switch (step_) {
    case Step::greeting:
      return on_greeting(bytes);
    case Step::length:
      return on_length(bytes);
    case Step::message:
      return on_message(bytes);
    case Step::finished:
      break;
  }
  check_failed("a finished handshake reads nothing");
}

Result<void> Handshake::on_greeting(ByteView bytes) {
  const auto lane = check_greeting(bytes, greeting());
  if (settings_.role == Role::listener) {
    // Answered even if it does not fit, so that the dialler can say what is wrong.
    if (lane) settings_.lane = *lane;
    put(output_, make_greeting(greeting()));
  }
  if (!lane) return lane.error();
  if (*lane != settings_.lane) return altered();
  if (settings_.role == Role::listener) begin_noise();
  want(Step::length, length_size);
  return {};
}

Result<void> Handshake::on_length(ByteView bytes) {
  const std::size_t length = bytes[0] * 256U + bytes[1];
  // Before anything is allocated for it.
  if (length == 0 || bytes_received_ + length > settings_.bytes_max) {
    return Error(Errc::handshake_failed, "a handshake message has an impossible length");
  }
  want(Step::message, length);
  return {};
}

Result<void> Handshake::on_message(ByteView bytes) {
  const noise::Digest hash_before = noise_->handshake_hash();
  const auto payload = noise_->read_message(bytes);
  if (!payload) {
    return payload.error().is(Errc::malformed) ? altered() : payload.error();
  }
  if (noise_->remote_static()) {
    const Claim claim{opposite(settings_.role), *noise_->remote_static(), hash_before};
    const auto known = on_credentials(*payload, digest_of(claim, *noise_));
    if (!known) return known;
  } else if (!payload->empty()) {
    return altered();  // Nothing is said before it can be kept secret.
  }
  return advance();
}

Result<void> Handshake::on_credentials(ByteView payload, const UniqueId& signed_digest) {
  if (payload.size() != credentials_size || payload[0] != credentials_version) {
    return Error(Errc::version_mismatch, "the other side's credentials are of another version");
  }
  peer_ = PeerId(id_at(payload, peer_at));
  Signature signature;
  std::copy_n(payload.begin() + signature_at, signature.bytes.size(), signature.bytes.begin());
  if (!verify(peer_, signed_digest.view(), signature)) {
    return Error(Errc::handshake_failed, "the other side does not hold the key of peer " +
                                             peer_.brief() + ", which it claims to be");
  }
  run_ = RunId(id_at(payload, run_at));
  if (settings_.role == Role::listener) control_binding_ = id_at(payload, binding_at);
  if (peer_ == settings_.identity->peer()) {
    return Error(Errc::not_allowed,
                 "the other side is this node itself; a link to oneself is "
                 "refused");
  }
  if (settings_.expected && *settings_.expected != peer_) {
    return Error(Errc::handshake_failed, "expected peer " + settings_.expected->brief() +
                                             ", but peer " + peer_.brief() + " answered");
  }
  has_credentials_ = true;
  return {};
}

Result<void> Handshake::advance() {
  if (!noise_->is_finished()) {
    const auto message = noise_->write_message(credentials());
    if (!message) return message.error();
    put_message(output_, *message);
  }
  if (noise_->is_finished()) {
    check(has_credentials_, "XX does not finish before both sides have shown their credentials");
    want(Step::finished, 0);
  } else {
    want(Step::length, length_size);
  }
  return {};
}

std::vector<std::uint8_t> Handshake::credentials() const {
  const Claim claim{settings_.role, noise_->local_static(), noise_->handshake_hash()};
  const Signature signature = settings_.identity->sign(digest_of(claim, *noise_).view());
  std::vector<std::uint8_t> out;
  out.reserve(credentials_size);
  out.push_back(credentials_version);
  put(out, settings_.identity->peer().view());
  put(out, signature.bytes);
  put(out, settings_.run.view());
  put(out, settings_.control_binding.view());
  check(out.size() == credentials_size, "credentials have a fixed size");
  return out;
}

Introduction Handshake::introduction() const {
  check(is_finished(), "only a finished handshake introduces");
  auto ciphers = noise_->split();
  Introduction made;
  made.send = std::move(ciphers.send);
  made.receive = std::move(ciphers.receive);
  made.binding = Hasher("tessera/link-binding").add(ByteView(noise_->handshake_hash())).digest();
  made.peer = peer_;
  made.run = run_;
  made.role = settings_.role;
  made.lane = settings_.lane;
  made.control_binding =
      settings_.role == Role::listener ? control_binding_ : settings_.control_binding;
  return made;
}

}  // namespace tessera::net
