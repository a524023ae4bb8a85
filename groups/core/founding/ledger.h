#pragma once

#include <tessera/groups/core/damage.h>
#include <tessera/groups/core/founding/certificate.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

/// What one store has promised, given up and heard: the durable half of founding, and its rules.
///
/// Every rule of consensus.md, "Founding", that keeps two groups from forming stands here, as a
/// check. A value; owned by `Founding`.
namespace tessera::core {

/// A founding set that will not act, as far as this store knows.
struct AbandonedSet {
  Proposal proposal;
  bool promised = false;               ///< this store had promised it
  std::map<MemberId, Signature> vows;  ///< abandonments, verified

  /// At least half of the set, rounded up, never acts in it: no majority of it can.
  [[nodiscard]] bool is_void() const { return 2 * vows.size() >= proposal.members.voters.size(); }

  bool operator==(const AbandonedSet&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(proposal, promised, vows);
  }
};

class FoundingLedger {
 public:
  explicit FoundingLedger(const MemberId& self) : self_(self) {}
  /// `damaged` if `record` does not decode, `foreign` if another store wrote it.
  [[nodiscard]] static Result<FoundingLedger> restore(const MemberId& self, const Bytes& record);
  [[nodiscard]] Bytes encoded() const;

  [[nodiscard]] const MemberId& self() const { return self_; }

  // Promises: one at a time, with rising nonces.

  /// The set this store has promised to act in, while nobody has shown its certificate.
  [[nodiscard]] const std::optional<Proposal>& promised() const { return kept_.promised; }
  /// The set that was promised and given up, and that a majority might still act in.
  [[nodiscard]] const AbandonedSet* unresolved() const;
  /// Neither a promise nor an unresolved set nor a genesis stands in the way of a promise.
  [[nodiscard]] bool free() const;
  /// Sets with this nonce or a lower one are never promised (again).
  [[nodiscard]] std::uint64_t nonce_floor() const { return kept_.nonce_floor; }
  void promise(const Proposal& proposal);
  /// Gives up the set promised; `own` is this store's abandonment of it.
  void give_up(const Signature& own);

  /// This store belongs to the set and will never act in it.
  [[nodiscard]] bool never_acts_in(const Proposal& proposal) const;
  /// Makes that so for a set that was never promised. False if a promise stands in the way.
  bool refuse(const Proposal& proposal);

  // Abandonments, those of others included.

  /// Remembers `vow`, which is verified, if the set matters to this store. True if it is new.
  bool add_abandonment(const Proposal& proposal, const Vow& vow);
  [[nodiscard]] const AbandonedSet* abandoned(const GenesisId& genesis) const;
  [[nodiscard]] bool is_void(const GenesisId& genesis) const;

  // The genesis.

  [[nodiscard]] const std::optional<Certificate>& certificate() const { return kept_.certificate; }
  [[nodiscard]] GenesisId genesis_id() const { return genesis_id_; }
  /// The certificate was stored as that of the set promised: this store acts in it.
  [[nodiscard]] bool founder() const { return kept_.founder; }
  /// A genesis has been heard of.
  [[nodiscard]] bool right_ended() const { return kept_.right_ended; }

  /// The certificate of the set promised: from here on this store acts in it.
  void store(const Certificate& certificate);
  /// The certificate of a group that this store joins; a promise that is out is given up.
  void adopt(const Certificate& certificate, const Signature* own_abandonment);
  /// From here on this store is somebody new.
  void renew(const StorageId& storage);
  void end_right() { kept_.right_ended = true; }
  /// The store held other data before, which was damaged: the right to found is gone for good, and
  /// so is that to join another founding than `damage` names. Only of a ledger that is new.
  void begin_after(const Damage& damage);
  /// The number of the damage that this ledger was begun after; 0: none.
  [[nodiscard]] std::uint64_t damage() const { return kept_.damage; }
  /// The founding that the store belonged to before it was damaged; none: any, or not known.
  [[nodiscard]] GenesisId former_genesis() const { return kept_.former_genesis; }
  /// The set of the certificate is void: it is forgotten, and the right with which it ended is
  /// back.
  void forget_void();
  /// There are two geneses: this store joins neither.
  void forget_conflicting();

  void check_invariants() const;

 private:
  // Sets remembered; older ones that are resolved are dropped first.
  static constexpr std::size_t abandoned_max = 8;
  // Written only where it is needed, so that what an earlier version wrote stays as it is.
  static constexpr std::uint8_t version_plain = 1;
  static constexpr std::uint8_t version_after_damage = 2;

  struct Kept {
    std::uint8_t version = version_plain;
    StorageId storage;
    std::uint64_t nonce_floor = 0;
    std::optional<Proposal> promised;
    std::vector<AbandonedSet> abandoned;  // oldest first
    std::optional<Certificate> certificate;
    bool founder = false;
    bool right_ended = false;
    // From version 2 on.
    std::uint64_t damage = 0;
    GenesisId former_genesis;

    template <class Archive>
    void serialize(Archive& archive) {
      archive(version, storage, nonce_floor, promised, abandoned, certificate, founder,
              right_ended);
      if (version >= version_after_damage) archive(damage, former_genesis);
    }
  };

  AbandonedSet& track(const Proposal& proposal);
  void keep_certificate(const Certificate& certificate);
  void forget_certificate();

  MemberId self_;
  GenesisId genesis_id_;
  Kept kept_;
};

}  // namespace tessera::core
