#include <tessera/groups/core/founding/state.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <utility>

namespace tessera::core {

Result<void> Founding::State::receive(TimePoint now, const PeerId& from,
                                      const FoundingMessage& message) {
  if (!peers_.bonded().contains(from)) return {};  // sent before the bond ended
  auto done = std::visit([&](const auto& each) { return on(now, from, each); }, message);
  step(now);
  return done;
}

Result<void> Founding::State::on(TimePoint now, const PeerId& from,
                                 const FoundingProposal& message) {
  const Proposal& proposal = message.proposal;
  if (auto fits = check_set(proposal); !fits) return fits;
  nonce_seen_ = std::max(nonce_seen_, proposal.nonce);
  if (ledger_.certificate()) {
    if (peers_.stated_by(from) != ledger_.genesis_id()) tell_genesis(from, true);
    return {};
  }
  const auto sender = peers_.bonded().find(from);
  const auto& voters = proposal.members.voters;
  if (!voters.contains(ledger_.self()) || !voters.contains(sender->second.member)) return {};
  if (ledger_.promised() == proposal) {
    tell_promise(sender->second);
  } else if (ledger_.never_acts_in(proposal)) {
    answer_abandonment(from, proposal);
  } else if (ledger_.free() && may_promise() && acceptable(proposal)) {
    promise(now, proposal);
  }
  return {};
}

Result<void> Founding::State::on(TimePoint, const PeerId& from, const FoundingPromise& message) {
  const auto& promised = ledger_.promised();
  if (promised && promised->id() == message.genesis) {
    const Vow& vow = message.vow;
    if (promises_.contains(vow.member)) return {};
    if (auto genuine = verify_promise(*promised, vow); !genuine) return genuine;
    promises_[vow.member] = vow.signature;
    complete();
    if (ledger_.certificate()) tell_all();
  } else if (ledger_.certificate()) {
    if (peers_.stated_by(from) != ledger_.genesis_id()) tell_genesis(from, true);
  } else if (const AbandonedSet* set = ledger_.abandoned(message.genesis)) {
    tell_abandonments(from, *set, false);
  }
  return {};
}

Result<void> Founding::State::on(TimePoint now, const PeerId& from,
                                 const FoundingAbandonment& message) {
  const Proposal& proposal = message.proposal;
  const Vow& vow = message.vow;
  if (auto fits = check_set(proposal); !fits) return fits;
  const AbandonedSet* known = ledger_.abandoned(proposal.id());
  if (known == nullptr || !known->vows.contains(vow.member)) {
    if (auto genuine = verify_abandonment(proposal, vow); !genuine) return genuine;
  }
  nonce_seen_ =
      std::max({nonce_seen_, proposal.nonce, std::min(message.nonce_seen, founding_nonce_max)});
  if (vow.member == ledger_.self()) return {};  // known here, and first
  if (ledger_.add_abandonment(proposal, vow)) dirty_ = true;
  // The set is dying: the sooner half of it has given it up, the sooner all are free.
  if (ledger_.promised() == proposal) give_up(now);
  if (message.answer_wanted && proposal.members.voters.contains(ledger_.self())) {
    const std::uint64_t floor_before = ledger_.nonce_floor();
    if (ledger_.refuse(proposal)) answer_abandonment(from, proposal);
    if (ledger_.nonce_floor() != floor_before) dirty_ = true;
  }
  return {};
}

Result<void> Founding::State::on(TimePoint, const PeerId& from, const GenesisNotice& message) {
  const Certificate& certificate = message.certificate;
  const Proposal& proposal = certificate.proposal;
  if (auto genuine = check_certificate(certificate); !genuine) return genuine;
  nonce_seen_ = std::max(nonce_seen_, proposal.nonce);
  peers_.state(from, proposal.id());
  if (ledger_.never_acts_in(proposal)) {
    // The word that this store gave durably, whether it is still remembered or not.
    if (ledger_.add_abandonment(proposal, own_abandonment(proposal))) dirty_ = true;
    answer_abandonment(from, proposal);
  } else if (const AbandonedSet* set = ledger_.abandoned(proposal.id())) {
    tell_abandonments(from, *set, false);
  }
  if (!ledger_.certificate()) {
    // The damaged data goes only if a majority of the group is at work without it.
    const bool worth_it = !keeps_damaged_ || message.led;
    if (worth_it && !ledger_.is_void(proposal.id())) hear_genesis(certificate);
  } else if (ledger_.genesis_id() == proposal.id() && message.answer_wanted) {
    tell_genesis(from, false);
  }
  return {};
}

/// There is a group, and this member has none.
void Founding::State::hear_genesis(const Certificate& certificate) {
  const Proposal& proposal = certificate.proposal;
  if (ledger_.promised() == proposal) {
    ledger_.store(certificate);
    promises_.clear();
  } else {
    if (!ledger_.right_ended()) {
      ledger_.end_right();
      dirty_ = true;
    }
    resolve_conflicts();
    // Whoever knows to which of two it belonged goes back there.
    if (conflict_ && proposal.id() != ledger_.former_genesis()) return;
    std::optional<Signature> own;
    if (ledger_.promised()) own = own_abandonment(*ledger_.promised()).signature;
    const bool named = proposal.members.voters.contains(ledger_.self());
    const bool gave_up = ledger_.never_acts_in(proposal);
    ledger_.adopt(certificate, own ? &*own : nullptr);
    keeps_damaged_ = false;
    promises_.clear();
    if (gave_up) ledger_.add_abandonment(proposal, own_abandonment(proposal));
    // The set counts this store as one that acts, which it never will: be somebody else.
    if (named) take_new_storage();
  }
  dirty_ = true;
  give_up_at_.reset();
  tell_all();
}

/// Would this member found with this set?
bool Founding::State::acceptable(const Proposal& proposal) const {
  const auto& voters = proposal.members.voters;
  if (voters.size() != terms_.founders || proposal.nonce <= ledger_.nonce_floor()) return false;
  const Durability asked = proposal.settings.durability;
  if (asked < terms_.durability || asked > options_.durability) return false;
  return std::all_of(voters.begin(), voters.end(), [this](const MemberId& member) {
    const bool listed = terms_.listed.empty() || terms_.listed.contains(member.peer);
    // A peer that is here under another storage id has lost the one that is proposed.
    const bool lost = peers_.bonded().contains(member.peer) && !peers_.is_bonded(member);
    return listed && !lost;
  });
}

Result<void> Founding::State::check_set(const Proposal& proposal) const {
  if (proposal.group != options_.group) {
    return {Errc::foreign, "a founding set of the group " + proposal.group.brief()};
  }
  return proposal.validate();
}

Result<void> Founding::State::check_certificate(const Certificate& certificate) {
  if (certificate.proposal.group != options_.group) {
    return {Errc::foreign, "a certificate of the group " + certificate.proposal.group.brief()};
  }
  if (certificate == ledger_.certificate() || certificate == verified_) return {};
  if (auto genuine = certificate.verify(); !genuine) return genuine;
  verified_ = certificate;
  return {};
}

}  // namespace tessera::core
