#include <tessera/groups/core/bonds/link_bonds.h>
#include <tessera/groups/core/bonds/state.h>

namespace tessera::core {

std::string GroupMismatch::explanation() const {
  std::string text = "the peer has the key of this group, but differs in";
  std::string_view separator = " ";
  for (const GroupComponent& component : differing) {
    text += separator;
    text += "the " + std::string(component.name) + " (here: " + component.value + ")";
    separator = ", ";
  }
  return text;
}

LinkBonds::LinkBonds(LinkEnds ends) : state_(std::make_unique<State>(ends)) {}

LinkBonds::~LinkBonds() = default;

void LinkBonds::start() { state_->start(); }

void LinkBonds::add_group(const GroupSecret& secret, const GroupComponents& components) {
  state_->add_group(secret, components);
}

void LinkBonds::remove_group(const GroupId& group, const Error& reason) {
  state_->remove_group(group, reason);
}

void LinkBonds::state_hello(const GroupId& group, const Bytes& hello) {
  state_->state_hello(group, hello);
}

void LinkBonds::unbond(const GroupId& group, const Error& reason) { state_->unbond(group, reason); }

void LinkBonds::rebond(const GroupId& group, const Error& reason) { state_->rebond(group, reason); }

Result<void> LinkBonds::receive(const Bytes& payload) { return state_->receive(payload); }

LinkBonds::SlotUse LinkBonds::find(Slot slot) const { return state_->find(slot); }

bool LinkBonds::key_proven(const GroupId& group) const { return state_->key_proven(group); }

LinkBondsOutput LinkBonds::take_output() { return state_->take_output(); }

}  // namespace tessera::core
