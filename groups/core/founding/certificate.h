#pragma once

#include <tessera/groups/core/configuration.h>
#include <tessera/groups/settings.h>
#include <tessera/primitives/signature.h>
#include <tessera/storage/cursor.h>

#include <cstddef>
#include <cstdint>
#include <vector>

/// How a group comes into being: the values that founding members exchange and keep
/// (consensus.md, "Founding").
namespace tessera::core {

/// The most members that can found a group together.
inline constexpr std::size_t founders_max = 15;

/// Nonces above are never used, so that there is always a higher one.
inline constexpr std::uint64_t founding_nonce_max = (std::uint64_t{1} << 63U) - 1;

/// The whole first log entry of a group to be. Its digest is the genesis id.
struct Proposal {
  GroupId group;
  Configuration members;  ///< the founding set, all voters
  GroupSettings settings;
  /// The number of the attempt in the upper half, random bits in the lower. A store promises
  /// rising nonces only, so that everything below is given up without being remembered.
  std::uint64_t nonce = 0;

  [[nodiscard]] GenesisId id() const;

  /// `malformed` unless this can be a founding set: 1 to 15 voters on different nodes, nobody
  /// else, with settings and nonce within their bounds.
  [[nodiscard]] Result<void> validate() const;

  bool operator==(const Proposal&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(group, members, settings, nonce);
  }
};

/// One founder's word, signed by its identity.
struct Vow {
  MemberId member;
  Signature signature;
  bool operator==(const Vow&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(member, signature);
  }
};

/// A proposal with the promise of every member of its set: the right to act in it.
struct Certificate {
  Proposal proposal;
  std::vector<Vow> promises;  ///< one of each member, ascending

  /// `malformed` naming the first promise that is missing or not genuine.
  [[nodiscard]] Result<void> verify() const;
  bool operator==(const Certificate&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(proposal, promises);
  }
};

/// "Let us found this": to each member of the set.
struct FoundingProposal {
  Proposal proposal;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(proposal);
  }
};

/// "I promise to act in this set and no other": durable before it is sent.
struct FoundingPromise {
  GenesisId genesis;
  Vow vow;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(genesis, vow);
  }
};

/// "This member shall never act in this set": durable before it is sent, and passed on by others.
/// It carries the whole set, because it may reach members that never heard of it.
struct FoundingAbandonment {
  Proposal proposal;
  Vow vow;
  std::uint64_t nonce_seen = 0;  ///< the highest nonce the sender knows of: propose above it
  bool answer_wanted = false;    ///< the sender lacks the word of others
  template <class Archive>
  void serialize(Archive& archive) {
    archive(proposal, vow, nonce_seen, answer_wanted);
  }
};

/// "The group exists": only ever with its certificate.
struct GenesisNotice {
  Certificate certificate;
  /// The sender has not heard the receiver state its genesis.
  bool answer_wanted = true;
  /// The sender leads the group, and a majority has answered it since the receiver bonded. Filled
  /// in by `GroupCore`, which knows.
  bool led = false;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(certificate, answer_wanted, led);
  }
};

/// The bytes a founder signs for a promise and for an abandonment of `genesis`.
[[nodiscard]] std::vector<std::uint8_t> promise_text(const GenesisId& genesis,
                                                     const MemberId& member);
[[nodiscard]] std::vector<std::uint8_t> abandonment_text(const GenesisId& genesis,
                                                         const MemberId& member);

/// Is `vow` the promise, or the abandonment, of a member of the set `proposal`?
[[nodiscard]] Result<void> verify_promise(const Proposal& proposal, const Vow& vow);
[[nodiscard]] Result<void> verify_abandonment(const Proposal& proposal, const Vow& vow);

}  // namespace tessera::core
