#include <tessera/groups/core/founding/ledger.h>
#include <tessera/primitives/check.h>
#include <tessera/primitives/codec.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tessera::core {

Result<FoundingLedger> FoundingLedger::restore(const MemberId& self, const Bytes& record) {
  FoundingLedger ledger(self);
  if (record.empty()) return ledger;
  auto kept = decode<Kept>(record);
  if (!kept) return {Errc::damaged, "the founding record: " + kept.error().message()};
  if (kept->version != version_plain && kept->version != version_after_damage) {
    return {Errc::version_mismatch,
            "the founding record has version " + std::to_string(kept->version)};
  }
  if (kept->storage != self.storage) {
    return {Errc::foreign, "the founding record belongs to the store " + kept->storage.brief()};
  }
  ledger.kept_ = *std::move(kept);
  if (ledger.kept_.certificate) ledger.genesis_id_ = ledger.kept_.certificate->proposal.id();
  return ledger;
}

Bytes FoundingLedger::encoded() const {
  Kept kept = kept_;
  kept.storage = self_.storage;
  kept.version = kept.damage == 0 ? version_plain : version_after_damage;
  return encode(kept);
}

const AbandonedSet* FoundingLedger::unresolved() const {
  const auto blocks = [](const AbandonedSet& set) { return set.promised && !set.is_void(); };
  const auto found = std::find_if(kept_.abandoned.begin(), kept_.abandoned.end(), blocks);
  return found == kept_.abandoned.end() ? nullptr : &*found;
}

bool FoundingLedger::free() const {
  return !kept_.promised && !kept_.certificate && unresolved() == nullptr;
}

void FoundingLedger::promise(const Proposal& proposal) {
  check(free(), "a store promises one founding set at a time");
  check(proposal.nonce > kept_.nonce_floor, "a store promises founding sets with rising nonces");
  check(proposal.members.voters.contains(self_), "a store promises sets that it belongs to");
  kept_.nonce_floor = proposal.nonce;
  kept_.promised = proposal;
}

void FoundingLedger::give_up(const Signature& own) {
  check(kept_.promised && !founder(), "only a promise without its certificate is given up");
  AbandonedSet& set = track(*kept_.promised);
  set.promised = true;
  set.vows.emplace(self_, own);
  kept_.promised.reset();
}

bool FoundingLedger::never_acts_in(const Proposal& proposal) const {
  if (!proposal.members.voters.contains(self_)) return false;
  if (kept_.promised == proposal) return false;
  if (kept_.founder && kept_.certificate->proposal == proposal) return false;
  // Promises have rising nonces and all earlier ones were given up, so this covers every set that
  // was ever given up, remembered or not.
  return proposal.nonce <= kept_.nonce_floor;
}

bool FoundingLedger::refuse(const Proposal& proposal) {
  if (never_acts_in(proposal)) return true;
  if (kept_.promised || kept_.founder) return false;
  kept_.nonce_floor = std::max(kept_.nonce_floor, proposal.nonce);
  return true;
}

bool FoundingLedger::add_abandonment(const Proposal& proposal, const Vow& vow) {
  const GenesisId id = proposal.id();
  const bool matters = id == genesis_id_ || kept_.promised == proposal || abandoned(id) != nullptr;
  if (!matters) return false;
  return track(proposal).vows.emplace(vow.member, vow.signature).second;
}

const AbandonedSet* FoundingLedger::abandoned(const GenesisId& genesis) const {
  const auto same = [&](const AbandonedSet& set) { return set.proposal.id() == genesis; };
  const auto found = std::find_if(kept_.abandoned.begin(), kept_.abandoned.end(), same);
  return found == kept_.abandoned.end() ? nullptr : &*found;
}

bool FoundingLedger::is_void(const GenesisId& genesis) const {
  const AbandonedSet* set = abandoned(genesis);
  return set != nullptr && set->is_void();
}

void FoundingLedger::store(const Certificate& certificate) {
  check(kept_.promised == certificate.proposal, "only the set promised is acted in");
  kept_.promised.reset();
  kept_.founder = true;
  keep_certificate(certificate);
}

void FoundingLedger::adopt(const Certificate& certificate, const Signature* own_abandonment) {
  check(!kept_.certificate, "a store has one genesis");
  if (kept_.promised) {
    check(own_abandonment != nullptr, "a promise is given up with a signature");
    give_up(*own_abandonment);
  }
  keep_certificate(certificate);
}

void FoundingLedger::renew(const StorageId& storage) {
  check(!kept_.promised, "a store keeps its name while a promise is out");
  // Under the new name it is in no founding set, so it acts in none.
  kept_.founder = false;
  // A set that the former store gave up holds this one back as well, as long as a majority might
  // act in it: otherwise there would be one store more with the right than there are.
  self_.storage = storage;
}

void FoundingLedger::begin_after(const Damage& damage) {
  check(free() && kept_.nonce_floor == 0, "a ledger begins once");
  kept_.damage = damage.number;
  kept_.former_genesis = damage.genesis;
  kept_.right_ended = true;
}

void FoundingLedger::forget_void() {
  check(is_void(genesis_id_), "a certificate is void by the word of half of its set");
  forget_certificate();
  // What the store had promised before it was damaged, nobody knows.
  kept_.right_ended = kept_.damage != 0;
}

void FoundingLedger::forget_conflicting() {
  check(!kept_.founder, "who acts in a set stays with it");
  forget_certificate();
}

void FoundingLedger::check_invariants() const {
  check(!kept_.promised || !kept_.certificate, "a promise is over when a genesis is known");
  check(!kept_.founder || kept_.certificate.has_value(), "a founder holds its certificate");
  check(!kept_.promised || kept_.promised->nonce == kept_.nonce_floor,
        "the promise that is out has the highest nonce");
  check(kept_.abandoned.size() <= abandoned_max, "few sets are remembered");
  check(kept_.damage == 0 || (kept_.right_ended && !kept_.promised && !kept_.founder),
        "who has lost what it promised promises nothing more");
  if (kept_.founder) {
    const AbandonedSet* own = abandoned(genesis_id_);
    check(own == nullptr || !own->vows.contains(self_), "who acts in a set never abandons it");
  }
}

AbandonedSet& FoundingLedger::track(const Proposal& proposal) {
  const auto same = [&](const AbandonedSet& set) { return set.proposal == proposal; };
  const auto found = std::find_if(kept_.abandoned.begin(), kept_.abandoned.end(), same);
  if (found != kept_.abandoned.end()) return *found;
  if (kept_.abandoned.size() == abandoned_max) {
    const auto droppable = [](const AbandonedSet& set) { return !set.promised || set.is_void(); };
    // At most one set is unresolved, so one of the two oldest can go.
    kept_.abandoned.erase(std::find_if(kept_.abandoned.begin(), kept_.abandoned.end(), droppable));
  }
  return kept_.abandoned.emplace_back(AbandonedSet{proposal, false, {}});
}

void FoundingLedger::keep_certificate(const Certificate& certificate) {
  kept_.certificate = certificate;
  kept_.right_ended = true;
  genesis_id_ = certificate.proposal.id();
}

void FoundingLedger::forget_certificate() {
  kept_.certificate.reset();
  kept_.founder = false;
  genesis_id_ = {};
}

}  // namespace tessera::core
