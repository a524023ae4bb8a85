#include <tessera/groups/core/bonds/state.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace tessera::core {

void LinkBonds::State::start() {
  check(!started_, "a link is started once");
  started_ = true;
  std::set<UniqueId> tags;
  for (const auto& [name, key] : keys_) tags.insert(key.own_tag);
  send_tags(std::move(tags));
}

void LinkBonds::State::add_group(const GroupSecret& secret, const GroupComponents& components) {
  const GroupId id = components.id();
  check(!groups_.contains(id), "a group is added to a link once");
  const KeyName name = secret.digest();
  Group group;
  group.key = name;
  group.components = components;
  group.own_proofs = component_proofs(secret, components, link_, link_.role);
  group.peer_proofs = component_proofs(secret, components, link_, other_end(link_.role));
  groups_.emplace(id, std::move(group));
  if (!keys_.contains(name)) {
    const UniqueId own_tag = bond_tag(secret, link_, link_.role);
    keys_.emplace(name, Key{.secret = secret,
                            .own_tag = own_tag,
                            .peer_tag = bond_tag(secret, link_, other_end(link_.role))});
    if (started_) send_tags({own_tag});
  }
  if (started_) match_tag(name);
  if (keys_.at(name).peer_proven) {
    offer(name, {id});
    check(pair(name).has_value(), "a new group has no bond yet");
  }
}

void LinkBonds::State::remove_group(const GroupId& group, const Error& reason) {
  if (!groups_.contains(group)) return;
  unbond(group, reason);
  groups_.erase(group);
}

void LinkBonds::State::state_hello(const GroupId& id, const Bytes& hello) {
  check(hello.size() <= hello_max, "a hello within its bounds");
  const auto found = groups_.find(id);
  if (found == groups_.end()) return;
  Group& group = found->second;
  if (!group.peer_slot || group.hello_sent) return;
  group.hello_sent = true;
  send(BondStatement{{*group.slot, *group.peer_slot}, hello});
  stand_if_agreed(id);
}

void LinkBonds::State::unbond(const GroupId& id, const Error& reason) {
  const auto found = groups_.find(id);
  if (found == groups_.end() || !found->second.slot) return;
  const Group& group = found->second;
  BondEnd end{*group.slot, group.peer_slot, reason.code().value(), reason.message()};
  if (reason.code().category() != error_category()) end.code = static_cast<int>(Errc::io_failed);
  if (end.message.size() > reason_max) end.message.resize(reason_max);
  send(end);
  end_bond(id, reason, false);
}

void LinkBonds::State::rebond(const GroupId& id, const Error& reason) {
  const auto found = groups_.find(id);
  if (found == groups_.end()) return;
  unbond(id, reason);
  const KeyName name = found->second.key;
  if (!keys_.at(name).peer_proven) return;
  offer(name, {id});
  check(pair(name).has_value(), "a group whose bond was ended has none");
}

/// Step 1. What is sent later tells no more than what is sent first.
void LinkBonds::State::send_tags(std::set<UniqueId> tags) {
  do {
    BondTags message;
    while (!tags.empty() && message.tags.size() < tags_message_max) {
      message.tags.insert(tags.extract(tags.begin()));
    }
    decoys_.pad(message.tags, tags_step);
    send(message);
  } while (!tags.empty());
}

/// Step 2, if the peer has the key.
void LinkBonds::State::match_tag(const KeyName& name) {
  Key& key = keys_.at(name);
  if (key.proof_sent || peer_tags_.empty()) return;
  if (peer_tags_.contains(key.peer_tag)) {
    key.proof_sent = true;
    send(BondProof{key.peer_tag, own_key_proof(key.secret, link_)});
    return;
  }
  for (auto& [id, group] : groups_) {
    if (group.key != name || std::exchange(group.unmatched_reported, true)) continue;
    report(KeyUnmatched{id});
  }
}

/// Step 3, after the peer has proven the key.
void LinkBonds::State::offer(const KeyName& name, const std::vector<GroupId>& groups) {
  BondOffers message{keys_.at(name).peer_tag, {}};
  for (const GroupId& id : groups) {
    Group& group = groups_.at(id);
    check(!group.slot, "a group is offered once at a time");
    check(last_slot_ != std::numeric_limits<Slot>::max(), "slots are never reused");
    group.slot = ++last_slot_;
    slots_.emplace(*group.slot, id);
    message.offers.push_back({*group.slot, group.own_proofs});
    if (message.offers.size() == offers_message_max) {
      send(message);
      message.offers.clear();
    }
  }
  if (!message.offers.empty()) send(message);
}

/// Brings groups of this end and offers of the peer together.
Result<void> LinkBonds::State::pair(const KeyName& name) {
  for (auto& [peer_slot, theirs] : peer_offers_) {
    if (theirs.key != name || theirs.paired) continue;
    const auto same = [&, &components = theirs.components](const auto& each) {
      return each.second.key == name && each.second.peer_proofs == components;
    };
    const auto found = std::find_if(groups_.begin(), groups_.end(), same);
    if (found == groups_.end()) continue;
    auto& [id, group] = *found;
    if (group.peer_slot) {
      return {Errc::malformed, "the peer offers a group that it has offered already"};
    }
    theirs.paired = true;
    if (!group.slot) offer(name, {id});  // it was ended before, and the peer wants it back
    group.peer_slot = peer_slot;
    report(HelloWanted{id});
  }
  report_mismatches(name);
  return {};
}

/// Names, for each group left over, how it differs from the most similar one the peer has left.
void LinkBonds::State::report_mismatches(const KeyName& name) {
  for (auto& [id, group] : groups_) {
    if (group.key != name || group.peer_slot) continue;
    std::optional<std::vector<GroupComponent>> fewest;
    for (const auto& [slot, theirs] : peer_offers_) {
      if (theirs.key != name || theirs.paired) continue;
      std::vector<GroupComponent> differing;
      const auto list = group.components.list();
      for (std::size_t at = 0; at < list.size(); ++at) {
        if (group.peer_proofs[at] != theirs.components[at]) differing.push_back(list[at]);
      }
      if (!fewest || differing.size() < fewest->size()) fewest = std::move(differing);
    }
    if (!fewest) continue;
    std::vector<std::string_view> names;
    for (const GroupComponent& component : *fewest) names.push_back(component.name);
    if (names == group.differing) continue;
    group.differing = std::move(names);
    report(GroupMismatch{id, *std::move(fewest)});
  }
}

/// Step 4 is done when both have stated themselves.
void LinkBonds::State::stand_if_agreed(const GroupId& id) {
  const Group& group = groups_.at(id);
  if (group.bonded()) report(Bonded{id, *group.slot, *group.peer_slot, *group.peer_hello});
}

void LinkBonds::State::end_bond(const GroupId& id, const Error& reason, bool by_peer) {
  Group& group = groups_.at(id);
  report(Unbonded{id, reason, by_peer, group.bonded()});
  if (group.slot) slots_.erase(*group.slot);
  if (group.peer_slot) peer_offers_.erase(*group.peer_slot);
  group.slot.reset();
  group.peer_slot.reset();
  group.hello_sent = false;
  group.peer_hello.reset();
  group.differing.clear();
}

LinkBonds::SlotUse LinkBonds::State::find(Slot slot) const {
  if (slot == 0 || slot > last_slot_) return {SlotState::unknown, {}};
  const auto live = slots_.find(slot);
  if (live == slots_.end()) return {SlotState::idle, {}};
  const bool bonded = groups_.at(live->second).bonded();
  return {bonded ? SlotState::bonded : SlotState::idle, live->second};
}

bool LinkBonds::State::key_proven(const GroupId& group) const {
  const auto found = groups_.find(group);
  return found != groups_.end() && keys_.at(found->second.key).peer_proven;
}

void LinkBonds::State::send(const BondMessage& message) {
  output_.payloads.push_back(encode_bond_message(message));
}

LinkBondsOutput LinkBonds::State::take_output() { return std::exchange(output_, {}); }

}  // namespace tessera::core
