#pragma once

#include <tessera/groups/core/founding/founding.h>
#include <tessera/groups/core/founding/ledger.h>
#include <tessera/groups/core/founding/peers.h>
#include <tessera/primitives/random.h>

#include <map>
#include <optional>
#include <string>

/// The inside of `Founding`: what the ledger says, whom it is said to, and when.
///
/// In three files: state.cpp (the clock, attempts and what is published), receive.cpp (messages)
/// and tell.cpp (what each peer is told). Owned by `Founding`.
namespace tessera::core {

class Founding::State {
 public:
  State(FoundingOptions options, const Signer& signer);

  Result<void> start(TimePoint now, const FoundingStart& held);
  Result<void> bond_up(TimePoint now, const FoundingPeer& peer);
  void bond_down(TimePoint now, const PeerId& peer);
  void peer_genesis(const PeerId& peer, const GenesisId& genesis) { peers_.state(peer, genesis); }
  Result<void> receive(TimePoint now, const PeerId& from, const FoundingMessage& message);
  void tick(TimePoint now);
  void persisted(TimePoint now, std::uint64_t number);
  void log_begun();
  bool renew_storage(TimePoint now);

  [[nodiscard]] FoundingOutput take_output();
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  [[nodiscard]] const MemberId& self() const { return published_.self; }
  [[nodiscard]] std::optional<Certificate> genesis() const;
  [[nodiscard]] GenesisId genesis_id() const;
  [[nodiscard]] std::uint32_t founders() const;
  [[nodiscard]] bool acts() const { return published_.founder && ledger_.founder(); }
  [[nodiscard]] bool shares_genesis(const PeerId& peer) const;
  [[nodiscard]] std::optional<Error> problem() const;
  void check_invariants() const;

 private:
  /// What a record says to the outside once it is durable.
  struct Published {
    MemberId self;
    std::optional<Certificate> certificate;
    GenesisId genesis;
    bool founder = false;
  };

  // state.cpp
  void step(TimePoint now);
  void attempt(TimePoint now);
  void propose(TimePoint now, std::set<MemberId> set);
  void promise(TimePoint now, const Proposal& proposal);
  void give_up(TimePoint now);
  void complete();
  void resolve_conflicts();
  void withdraw_void();
  void take_new_storage();
  [[nodiscard]] bool has_right() const;
  /// The founding this member belongs to or, until it is back there, belonged to.
  [[nodiscard]] GenesisId own_genesis() const;
  [[nodiscard]] bool may_promise() const;
  [[nodiscard]] FoundingPeers::Exception known_void() const;
  [[nodiscard]] Duration drawn(Duration below);
  [[nodiscard]] Duration patience();
  [[nodiscard]] Duration resend_period() const { return 5 * options_.settings.heartbeat; }

  void publish(const Published& durable);
  [[nodiscard]] Published in_ledger() const;

  // receive.cpp
  Result<void> on(TimePoint now, const PeerId& from, const FoundingProposal& message);
  Result<void> on(TimePoint now, const PeerId& from, const FoundingPromise& message);
  Result<void> on(TimePoint now, const PeerId& from, const FoundingAbandonment& message);
  Result<void> on(TimePoint now, const PeerId& from, const GenesisNotice& message);
  void hear_genesis(const Certificate& certificate);
  [[nodiscard]] bool acceptable(const Proposal& proposal) const;
  [[nodiscard]] Result<void> check_set(const Proposal& proposal) const;
  Result<void> check_certificate(const Certificate& certificate);

  // tell.cpp
  void tell(const PeerId& peer);
  void tell_all();
  void tell_promise(const FoundingPeer& peer);
  void tell_genesis(const PeerId& peer, bool answer_wanted);
  void tell_abandonments(const PeerId& peer, const AbandonedSet& set, bool answer_wanted);
  void answer_abandonment(const PeerId& peer, const Proposal& proposal);
  [[nodiscard]] bool has_to_tell() const;
  [[nodiscard]] const AbandonedSet* abandonments_for(const GenesisId& stated) const;
  void send(const PeerId& to, FoundingMessage message);
  [[nodiscard]] Vow own_promise(const Proposal& proposal) const;
  [[nodiscard]] Vow own_abandonment(const Proposal& proposal) const;

  FoundingOptions options_;
  const Signer& signer_;
  Random random_;
  FoundingLedger ledger_;
  FoundingPeers peers_;
  FoundingPeers::Terms terms_;
  bool log_begun_ = false;
  bool keeps_damaged_ = false;  ///< the store's data is damaged and has not been given up yet
  std::optional<Error> option_error_;
  std::optional<Error> conflict_;

  /// The promises of the set promised, this member's included. All of them are the certificate.
  std::map<MemberId, Signature> promises_;
  std::uint64_t nonce_seen_ = 0;
  std::optional<Certificate> verified_;  // the last one that was, so that repeats cost nothing

  std::optional<TimePoint> wait_until_;  // no promise before
  std::optional<TimePoint> give_up_at_;  // the set promised
  std::optional<TimePoint> attempt_at_;  // this member's own proposal, if nothing comes before
  bool attempt_as_lowest_ = false;
  TimePoint attempt_not_before_{};
  std::optional<TimePoint> tell_at_;
  std::optional<TimePoint> stuck_at_;  // since when an unresolved set is a problem
  bool stuck_ = false;

  Published published_;
  GenesisId announced_;                            // the last event was that this is the genesis
  std::map<std::uint64_t, Published> handed_out_;  // by the number of the record, not durable yet
  std::uint64_t record_number_ = 0;
  bool dirty_ = false;
  bool storage_renewed_ = false;
  FoundingOutput output_;
};

}  // namespace tessera::core
