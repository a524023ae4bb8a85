#include <tessera/groups/core/founding/state.h>

#include <algorithm>
#include <utility>

namespace tessera::core {

/// Says to `peer` whatever it lacks, as far as is known. Messages get lost: it is said again until
/// the peer shows that it knows.
void Founding::State::tell(const PeerId& peer) {
  const auto bonded = peers_.bonded().find(peer);
  if (bonded == peers_.bonded().end()) return;
  const MemberId& member = bonded->second.member;
  const GenesisId stated = peers_.stated_by(peer);
  const AbandonedSet* unresolved = ledger_.unresolved();
  if (const AbandonedSet* set = abandonments_for(stated)) tell_abandonments(peer, *set, false);
  if (ledger_.certificate()) {
    if (stated != ledger_.genesis_id()) tell_genesis(peer, true);
  } else if (ledger_.promised() && ledger_.promised()->members.voters.contains(member)) {
    if (!promises_.contains(member)) send(peer, FoundingProposal{*ledger_.promised()});
    tell_promise(bonded->second);
  } else if (unresolved != nullptr && unresolved->proposal.members.voters.contains(member)) {
    tell_abandonments(peer, *unresolved, true);
  }
}

/// True while `tell` would say something to somebody.
bool Founding::State::has_to_tell() const {
  const auto& bonded = peers_.bonded();
  return std::any_of(bonded.begin(), bonded.end(), [this](const auto& each) {
    const GenesisId stated = peers_.stated_by(each.first);
    const bool in_the_dark = ledger_.certificate() && stated != ledger_.genesis_id();
    if (in_the_dark || abandonments_for(stated) != nullptr) return true;
    const AbandonedSet* unresolved = ledger_.unresolved();
    const Proposal* set = ledger_.promised()      ? &*ledger_.promised()
                          : unresolved != nullptr ? &unresolved->proposal
                                                  : nullptr;
    const bool founding = set != nullptr && !ledger_.certificate();
    return founding && set->members.voters.contains(each.second.member);
  });
}

/// What a peer that stated this genesis may not know. Those who hold its certificate gather the
/// abandonments among themselves, until it is void or something is committed in it: half of the
/// set may have given it up, and each heard of the certificate before it heard of the others.
const AbandonedSet* Founding::State::abandonments_for(const GenesisId& stated) const {
  const bool settled = log_begun_ && stated == ledger_.genesis_id();
  return stated.is_none() || settled ? nullptr : ledger_.abandoned(stated);
}

void Founding::State::tell_all() {
  for (const auto& [peer, stated] : peers_.bonded()) tell(peer);
}

void Founding::State::tell_promise(const FoundingPeer& peer) {
  const Proposal& promised = *ledger_.promised();
  send(peer.member.peer,
       FoundingPromise{promised.id(), {ledger_.self(), promises_.at(ledger_.self())}});
}

void Founding::State::tell_genesis(const PeerId& peer, bool answer_wanted) {
  send(peer, GenesisNotice{*ledger_.certificate(), answer_wanted});
}

void Founding::State::tell_abandonments(const PeerId& peer, const AbandonedSet& set,
                                        bool answer_wanted) {
  const std::uint64_t seen = std::max(nonce_seen_, ledger_.nonce_floor());
  for (const auto& [member, signature] : set.vows) {
    send(peer, FoundingAbandonment{set.proposal, {member, signature}, seen, answer_wanted});
    answer_wanted = false;  // once is enough
  }
}

/// This store's word on `proposal`, which it never acts in, and what it holds of others.
void Founding::State::answer_abandonment(const PeerId& peer, const Proposal& proposal) {
  AbandonedSet answer{proposal, false, {}};
  if (const AbandonedSet* known = ledger_.abandoned(proposal.id())) answer = *known;
  const Vow own = own_abandonment(proposal);
  answer.vows.emplace(own.member, own.signature);
  tell_abandonments(peer, answer, false);
}

void Founding::State::send(const PeerId& to, FoundingMessage message) {
  output_.sends.push_back({to, std::move(message)});
}

Vow Founding::State::own_promise(const Proposal& proposal) const {
  return {ledger_.self(), signer_.sign(promise_text(proposal.id(), ledger_.self()))};
}

Vow Founding::State::own_abandonment(const Proposal& proposal) const {
  return {ledger_.self(), signer_.sign(abandonment_text(proposal.id(), ledger_.self()))};
}

}  // namespace tessera::core
