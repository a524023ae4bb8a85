#pragma once

#include <tessera/groups/core/damage.h>
#include <tessera/groups/core/founding/certificate.h>
#include <tessera/groups/durability.h>
#include <tessera/groups/genesis.h>
#include <tessera/groups/settings.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/result.h>
#include <tessera/primitives/signature.h>
#include <tessera/primitives/time.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

/// How a member finds or founds its group (consensus.md, "Founding").
namespace tessera::core {

struct FoundingOptions {
  MemberId self;
  GroupId group;
  Genesis genesis = Genesis::join();          ///< this member's right to found
  GroupSettings settings;                     ///< of a group that this member proposes
  Durability durability = Durability::fsync;  ///< what this member's store gives
  /// How long an existing group is looked for before one is founded.
  std::chrono::milliseconds genesis_wait{0};
  std::uint64_t seed = 0;
};

/// What the store held.
struct FoundingStart {
  Bytes record;  ///< the last one written; empty: none
  /// The log holds something that may be committed (see `Founding::log_begun`).
  bool log_begun = false;
  /// The store holds data that is damaged, and that this member starts over without: `record` is
  /// empty. It founds nothing, joins no other founding than the data belonged to, and hands out no
  /// record, for which the data would have to go, before somebody who leads the group has named
  /// it.
  std::optional<Damage> damage;
};

/// What a bonded peer stated of itself.
struct FoundingPeer {
  MemberId member;
  GenesisId genesis;           ///< the one it named, or none
  std::uint32_t founders = 0;  ///< it may found with so many; 0: it may not
  Durability durability = Durability::fsync;
};

using FoundingMessage =
    std::variant<FoundingProposal, FoundingPromise, FoundingAbandonment, GenesisNotice>;

struct FoundingSend {
  PeerId to;
  FoundingMessage message;
};

/// What has become true, once it is durable.
enum class FoundingEvent : std::uint8_t {
  /// This member holds the certificate of a set it belongs to: it may act.
  founded,
  /// A group exists and this member joins it, as somebody who is in no configuration yet.
  adopted,
  /// `genesis()` no longer holds: its set was given up before anything could be committed, or
  /// there are two. All data of the group but the founding record is void: the core begins anew,
  /// ends all bonds of the group and lets them be made again.
  withdrawn,
  /// This member goes on under the storage id `self()`, which the output with the record named: it
  /// had given up the set that came about (then `adopted` came first), or `renew_storage` was
  /// called. Bonds are made again.
  storage_renewed,
};

/// What the last calls ask for. Every send waits until the newest record handed out, in this or
/// an earlier output, is durable.
struct FoundingOutput {
  /// To be written; then call `persisted(number)`. Each record replaces the one before.
  struct Record {
    std::uint64_t number = 0;
    Bytes bytes;
    /// Present: the store gets this storage id in the same write.
    std::optional<StorageId> storage;
  };
  std::optional<Record> record;
  std::vector<FoundingSend> sends;
  std::vector<FoundingEvent> events;
};

/// A pure step machine: the same calls give the same outputs. It never ends: a member whose group
/// exists goes on telling latecomers of it. What it says of itself (`genesis`, `acts`, events) is
/// durable by then.
///
/// Owned by `GroupCore`, called from its calls only. `signer` outlives it.
class Founding {
 public:
  Founding(FoundingOptions options, const Signer& signer);
  ~Founding();
  Founding(const Founding&) = delete;
  Founding& operator=(const Founding&) = delete;

  /// Begins with what the store held. Call once, first. `damaged` if the record does not decode;
  /// nothing else may be called then.
  Result<void> start(TimePoint now, const FoundingStart& held);

  /// A bond stands. `genesis_conflict` if it must be refused: both hold a group, and not the same.
  Result<void> bond_up(TimePoint now, const FoundingPeer& peer);
  void bond_down(TimePoint now, const PeerId& peer);
  /// `peer` has stated its genesis by other means than a notice.
  void peer_genesis(const PeerId& peer, const GenesisId& genesis);

  /// An error says why the message was refused: `malformed`, or `foreign` to this group.
  Result<void> receive(TimePoint now, const PeerId& from, const FoundingMessage& message);
  void tick(TimePoint now);
  void persisted(TimePoint now, std::uint64_t number);

  /// The log now holds, or is about to hold, more than the first entry that this member wrote
  /// itself, so that it may be committed: from here on the genesis stays. Call before it is
  /// written. Without effect once the genesis has been given up.
  void log_begun();

  /// The storage id is no longer good: takes another, under which this member joins its group, if
  /// it has one; a promise to found is given up. False if that is under way already.
  bool renew_storage(TimePoint now);

  [[nodiscard]] FoundingOutput take_output();
  /// Call `tick` then at the latest.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  /// Who this member is; changes with `storage_renewed`.
  [[nodiscard]] MemberId self() const;
  /// The certificate of the group: stored or adopted, durable, and not in conflict.
  [[nodiscard]] std::optional<Certificate> genesis() const;
  /// The id of `genesis()`, or none: what a hello states.
  [[nodiscard]] GenesisId genesis_id() const;
  /// What a hello states: the number of founders, 0 without the right (any more).
  [[nodiscard]] std::uint32_t founders() const;
  [[nodiscard]] bool may_found() const { return founders() != 0; }
  /// This member belongs to the founding set of `genesis()`, under its present storage id, and
  /// may vote, campaign and append.
  [[nodiscard]] bool acts() const;
  /// `peer` is bonded and has stated `genesis()`.
  [[nodiscard]] bool shares_genesis(const PeerId& peer) const;
  /// Why there is no group, or what is wrong with it.
  [[nodiscard]] std::optional<Error> problem() const;

  /// Aborts if what must always hold does not. For tests, after every step.
  void check_invariants() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace tessera::core
