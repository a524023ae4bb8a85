#include <tessera/groups/core/founding/state.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace tessera::core {

Founding::State::State(FoundingOptions options, const Signer& signer)
    : options_(std::move(options)),
      signer_(signer),
      random_(options_.seed),
      ledger_(options_.self) {
  const Genesis& genesis = options_.genesis;
  terms_ = {.self = options_.self,
            .founders = static_cast<std::uint32_t>(genesis.count()),
            .listed = {genesis.members().begin(), genesis.members().end()},
            .durability = options_.settings.durability};
  if (!terms_.listed.empty() && !terms_.listed.contains(options_.self.peer)) {
    option_error_ =
        Error(Errc::invalid_argument, "the founders listed for the group do not include this node");
  } else if (genesis.count() != 0 && options_.durability < options_.settings.durability) {
    option_error_ = Error(Errc::invalid_argument,
                          "this member's store does not give the durability that a group founded "
                          "by it would ask of its voters");
  }
}

Result<void> Founding::State::start(TimePoint now, const FoundingStart& held) {
  auto ledger = FoundingLedger::restore(options_.self, held.record);
  if (!ledger) return std::move(ledger).error();
  ledger_ = *std::move(ledger);
  keeps_damaged_ = held.damage.has_value();
  if (keeps_damaged_) ledger_.begin_after(*held.damage);
  log_begun_ = held.log_begun;
  published_ = in_ledger();
  announced_ = published_.genesis;
  if (founders() != 0) wait_until_ = now + options_.genesis_wait;
  if (ledger_.promised()) {
    promises_[self()] = own_promise(*ledger_.promised()).signature;
    give_up_at_ = now + patience();
  }
  step(now);
  return {};
}

Result<void> Founding::State::bond_up(TimePoint now, const FoundingPeer& peer) {
  const GenesisId& theirs = peer.genesis;
  const GenesisId own = own_genesis();
  const bool differs = !theirs.is_none() && !own.is_none() && theirs != own;
  const bool settled = log_begun_ || own == ledger_.former_genesis();
  // A set that this store knows as given up is no group: its holder is told so over the bond. And
  // as long as nothing can be committed here, it may be this member's own that is void.
  if (differs && settled && ledger_.abandoned(theirs) == nullptr) {
    peers_.bond_down(peer.member.peer);
    peers_.state(peer.member.peer, theirs);
    step(now);
    return Error(Errc::genesis_conflict,
                 "peer " + peer.member.peer.brief() + " belongs to the founding " + theirs.brief() +
                     ", this member to " + own.brief() + ": two groups of one id were founded");
  }
  peers_.bond_up(peer);
  tell(peer.member.peer);
  step(now);
  return {};
}

void Founding::State::log_begun() {
  // Until it is durable that a genesis was given up, its log is still there. That log would end the
  // right to found for as long as this member runs.
  if (!genesis_id().is_none()) log_begun_ = true;
}

bool Founding::State::renew_storage(TimePoint now) {
  if (ledger_.self() != published_.self) return false;
  if (ledger_.promised()) give_up(now);
  take_new_storage();
  dirty_ = true;
  return true;
}

void Founding::State::take_new_storage() {
  ledger_.renew(StorageId(
      ledger_.self().storage.id().derive("tessera/storage/renewed").derive(random_.next())));
  terms_.self = ledger_.self();
  storage_renewed_ = true;
}

void Founding::State::bond_down(TimePoint now, const PeerId& peer) {
  peers_.bond_down(peer);
  step(now);
}

void Founding::State::tick(TimePoint now) {
  if (wait_until_ && now >= *wait_until_) wait_until_.reset();
  if (give_up_at_ && now >= *give_up_at_) give_up(now);
  if (stuck_at_ && now >= *stuck_at_) {
    stuck_at_.reset();
    stuck_ = true;
  }
  if (tell_at_ && now >= *tell_at_) {
    tell_at_.reset();
    tell_all();
  }
  step(now);
}

/// What follows from the state alone, after every input.
void Founding::State::step(TimePoint now) {
  if (wait_until_ && now >= *wait_until_) wait_until_.reset();
  withdraw_void();
  resolve_conflicts();
  attempt(now);
  if (ledger_.unresolved() == nullptr) {
    stuck_at_.reset();
    stuck_ = false;
  }
  if (!has_to_tell()) {
    tell_at_.reset();
  } else if (!tell_at_) {
    tell_at_ = now + resend_period();
  }
}

void Founding::State::attempt(TimePoint now) {
  const bool ready = may_promise() && ledger_.free();
  const auto candidates = ready ? peers_.candidates(terms_) : std::nullopt;
  if (!candidates) {
    attempt_at_.reset();
    return;
  }
  if (!attempt_at_ || attempt_as_lowest_ != candidates->self_is_lowest) {
    attempt_as_lowest_ = candidates->self_is_lowest;
    const TimePoint turn = attempt_as_lowest_ ? now : now + patience();
    attempt_at_ = std::max(turn, attempt_not_before_);
  }
  if (now >= *attempt_at_) propose(now, candidates->set);
}

void Founding::State::propose(TimePoint now, std::set<MemberId> set) {
  attempt_at_.reset();
  constexpr unsigned random_bits = 32;
  const std::uint64_t attempt = (std::max(ledger_.nonce_floor(), nonce_seen_) >> random_bits) + 1;
  Proposal proposal;
  proposal.group = options_.group;
  proposal.members.voters = std::move(set);
  proposal.settings = options_.settings;
  proposal.nonce = (attempt << random_bits) | (random_.next() >> random_bits);
  if (proposal.validate()) promise(now, proposal);
}

void Founding::State::promise(TimePoint now, const Proposal& proposal) {
  ledger_.promise(proposal);
  dirty_ = true;
  promises_ = {{ledger_.self(), own_promise(proposal).signature}};
  give_up_at_ = now + patience();
  attempt_at_.reset();
  complete();
  tell_all();
}

/// Makes the certificate, if every promise is there.
void Founding::State::complete() {
  const Proposal proposal = *ledger_.promised();
  if (promises_.size() != proposal.members.voters.size()) return;
  Certificate certificate{proposal, {}};
  for (const auto& [member, signature] : promises_) {
    certificate.promises.push_back({member, signature});
  }
  ledger_.store(certificate);
  dirty_ = true;
  promises_.clear();
  give_up_at_.reset();
}

void Founding::State::give_up(TimePoint now) {
  const Proposal proposal = *ledger_.promised();
  for (const MemberId& member : proposal.members.voters) {
    if (!promises_.contains(member)) peers_.missed(member);
  }
  ledger_.give_up(own_abandonment(proposal).signature);
  dirty_ = true;
  promises_.clear();
  give_up_at_.reset();
  attempt_not_before_ = now + resend_period() + drawn(options_.settings.election_jitter);
  const bool unresolved = ledger_.unresolved() != nullptr;
  if (unresolved) stuck_at_ = now + 10 * options_.settings.election_timeout;
  const AbandonedSet given_up = *ledger_.abandoned(proposal.id());
  for (const MemberId& member : proposal.members.voters) {
    if (peers_.is_bonded(member)) tell_abandonments(member.peer, given_up, unresolved);
  }
}

/// Half of a set whose certificate this member holds never acts in it: it is no group.
void Founding::State::withdraw_void() {
  if (!ledger_.certificate() || log_begun_ || !ledger_.is_void(ledger_.genesis_id())) return;
  ledger_.forget_void();
  dirty_ = true;
}

void Founding::State::resolve_conflicts() {
  auto others = peers_.geneses(known_void());
  const GenesisId own = own_genesis();
  others.erase(own);
  const bool conflict = own.is_none() ? others.size() > 1 : !others.empty();
  if (!conflict) {
    conflict_.reset();
    return;
  }
  const auto& [genesis, peer] = *others.begin();
  const auto second = std::next(others.begin());
  const std::string other = own.is_none() ? "peer " + second->second.brief() +
                                                " belongs to the founding " + second->first.brief()
                                          : "this member to the founding " + own.brief();
  conflict_ = Error(Errc::genesis_conflict, "two groups of one id were founded: peer " +
                                                peer.brief() + " belongs to the founding " +
                                                genesis.brief() + ", " + other);
  const bool settled = ledger_.founder() || log_begun_ || own == ledger_.former_genesis();
  if (ledger_.certificate() && !settled) {
    ledger_.forget_conflicting();
    dirty_ = true;
  }
}

void Founding::State::persisted(TimePoint now, std::uint64_t number) {
  while (!handed_out_.empty() && handed_out_.begin()->first <= number) {
    publish(handed_out_.begin()->second);
    handed_out_.erase(handed_out_.begin());
  }
  step(now);
}

void Founding::State::publish(const Published& durable) {
  const Published before = std::exchange(published_, durable);
  if (!announced_.is_none() && announced_ != durable.genesis) {
    announced_ = {};
    output_.events.push_back(FoundingEvent::withdrawn);
  }
  // Not if it has been given up since.
  if (announced_ != durable.genesis && durable.genesis == ledger_.genesis_id()) {
    announced_ = durable.genesis;
    output_.events.push_back(durable.founder ? FoundingEvent::founded : FoundingEvent::adopted);
  }
  if (before.self != durable.self) output_.events.push_back(FoundingEvent::storage_renewed);
}

Founding::State::Published Founding::State::in_ledger() const {
  return {.self = ledger_.self(),
          .certificate = ledger_.certificate(),
          .genesis = ledger_.genesis_id(),
          .founder = ledger_.founder()};
}

FoundingOutput Founding::State::take_output() {
  if (dirty_) {
    dirty_ = false;
    output_.record = FoundingOutput::Record{++record_number_, ledger_.encoded(), std::nullopt};
    if (std::exchange(storage_renewed_, false)) output_.record->storage = ledger_.self().storage;
    handed_out_[record_number_] = in_ledger();
  }
  return std::exchange(output_, {});
}

std::optional<TimePoint> Founding::State::next_deadline() const {
  std::optional<TimePoint> earliest;
  for (const auto& each : {wait_until_, give_up_at_, attempt_at_, tell_at_, stuck_at_}) {
    if (each && (!earliest || *each < *earliest)) earliest = each;
  }
  return earliest;
}

std::uint32_t Founding::State::founders() const {
  const bool over = ledger_.right_ended() || ledger_.certificate() || log_begun_;
  return has_right() && !over ? terms_.founders : 0;
}

/// What is durable, unless it no longer holds.
std::optional<Certificate> Founding::State::genesis() const {
  return published_.genesis == ledger_.genesis_id() ? published_.certificate : std::nullopt;
}

GenesisId Founding::State::genesis_id() const {
  return published_.genesis == ledger_.genesis_id() ? published_.genesis : GenesisId{};
}

bool Founding::State::shares_genesis(const PeerId& peer) const {
  return !genesis_id().is_none() && peers_.bonded().contains(peer) &&
         peers_.stated_by(peer) == genesis_id();
}

std::optional<Error> Founding::State::problem() const {
  if (conflict_) return conflict_;
  if (ledger_.certificate()) return std::nullopt;
  if (option_error_) return option_error_;
  if (const AbandonedSet* set = ledger_.unresolved(); set != nullptr && stuck_) {
    std::string missing;
    for (const MemberId& member : set->proposal.members.voters) {
      if (!set->vows.contains(member)) missing += " " + member.peer.brief();
    }
    return Error(Errc::timed_out,
                 "no group yet: an attempt to found one came to nothing, and half of its members "
                 "must say so before the next; no word from" +
                     missing);
  }
  return std::nullopt;
}

void Founding::State::check_invariants() const {
  ledger_.check_invariants();
  check(ledger_.promised().has_value() == give_up_at_.has_value(),
        "a promise without its certificate is given up some time");
  check(ledger_.promised().has_value() || promises_.empty(), "promises are of the set promised");
  check(!published_.founder || published_.certificate->proposal.members.voters.contains(self()),
        "who acts belongs to the set");
  check(!published_.certificate || published_.founder ||
            !published_.certificate->proposal.members.voters.contains(self()),
        "who does not act is not counted by the set");
}

bool Founding::State::has_right() const { return terms_.founders != 0 && !option_error_; }

GenesisId Founding::State::own_genesis() const {
  return ledger_.certificate() ? ledger_.genesis_id() : ledger_.former_genesis();
}

bool Founding::State::may_promise() const {
  return founders() != 0 && !wait_until_ && !peers_.any_bonded_names_genesis(known_void());
}

FoundingPeers::Exception Founding::State::known_void() const {
  return [this](const GenesisId& genesis) { return ledger_.is_void(genesis); };
}

Duration Founding::State::drawn(Duration below) {
  return Duration(
      random_.below(static_cast<std::uint64_t>(std::max<Duration::rep>(below.count(), 1))));
}

/// How long an attempt may take: the other members may only just have started.
Duration Founding::State::patience() {
  const GroupSettings& settings = options_.settings;
  return options_.genesis_wait + 2 * settings.election_timeout +
         drawn(2 * settings.election_jitter);
}

}  // namespace tessera::core
