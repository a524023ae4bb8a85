#pragma once

#include <tessera/groups/command_envelope.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>

#include <compare>
#include <cstdint>
#include <variant>
#include <vector>

/// What the data of a `session` entry says: how client sessions begin and end (thesis, 6.3).
namespace tessera::core {

/// One run of one member: whose callers a session serves.
struct SessionOwner {
  PeerId peer;
  std::uint64_t run = 0;

  auto operator<=>(const SessionOwner&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(peer, run);
  }
};

/// By what a repeated opening is known: never the same for two sessions of one owner.
struct SessionNonce {
  std::uint64_t client = 0;   ///< which of the owner's clients
  std::uint64_t opening = 0;  ///< rises when a session was lost and another is wanted

  auto operator<=>(const SessionNonce&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(client, opening);
  }
};

/// Begins a session, whose number is the entry's index. If there is one with this owner and nonce
/// already, the entry is a repetition and changes nothing.
struct OpenSession {
  SessionOwner owner;
  SessionNonce nonce;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(owner, nonce);
  }
};

/// Ends sessions: their owner needs them no longer, or has been away for too long.
struct CloseSessions {
  std::vector<SessionNumber> sessions;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(sessions);
  }
};

/// Takes the place of the command with this origin, whose caller has given up: whichever of the
/// two is applied first counts, and the other never will.
struct ReplaceCommand {
  CommandOrigin origin;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(origin);
  }
};

using SessionChange = std::variant<OpenSession, CloseSessions, ReplaceCommand>;

[[nodiscard]] Bytes encode_session_change(const SessionChange& change);
[[nodiscard]] Result<SessionChange> decode_session_change(const Bytes& data);

}  // namespace tessera::core
