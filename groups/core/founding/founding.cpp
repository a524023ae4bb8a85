#include <tessera/groups/core/founding/state.h>

#include <utility>

namespace tessera::core {

Founding::Founding(FoundingOptions options, const Signer& signer)
    : state_(std::make_unique<State>(std::move(options), signer)) {}

Founding::~Founding() = default;

Result<void> Founding::start(TimePoint now, const FoundingStart& held) {
  return state_->start(now, held);
}

Result<void> Founding::bond_up(TimePoint now, const FoundingPeer& peer) {
  return state_->bond_up(now, peer);
}

void Founding::bond_down(TimePoint now, const PeerId& peer) { state_->bond_down(now, peer); }

void Founding::peer_genesis(const PeerId& peer, const GenesisId& genesis) {
  state_->peer_genesis(peer, genesis);
}

Result<void> Founding::receive(TimePoint now, const PeerId& from, const FoundingMessage& message) {
  return state_->receive(now, from, message);
}

void Founding::tick(TimePoint now) { state_->tick(now); }

void Founding::persisted(TimePoint now, std::uint64_t number) { state_->persisted(now, number); }

void Founding::log_begun() { state_->log_begun(); }

bool Founding::renew_storage(TimePoint now) { return state_->renew_storage(now); }

FoundingOutput Founding::take_output() { return state_->take_output(); }

std::optional<TimePoint> Founding::next_deadline() const { return state_->next_deadline(); }

MemberId Founding::self() const { return state_->self(); }

std::optional<Certificate> Founding::genesis() const { return state_->genesis(); }

GenesisId Founding::genesis_id() const { return state_->genesis_id(); }

std::uint32_t Founding::founders() const { return state_->founders(); }

bool Founding::acts() const { return state_->acts(); }

bool Founding::shares_genesis(const PeerId& peer) const { return state_->shares_genesis(peer); }

std::optional<Error> Founding::problem() const { return state_->problem(); }

void Founding::check_invariants() const { state_->check_invariants(); }

}  // namespace tessera::core
