#include <tessera/groups/core/bonds/state.h>
#include <tessera/primitives/hash.h>

#include <algorithm>
#include <utility>

namespace tessera::core {

void LinkBonds::State::report(BondEvent event) { output_.events.push_back(std::move(event)); }

Result<void> LinkBonds::State::receive(const Bytes& payload) {
  if (payload.size() > payload_max) {
    return {Errc::too_large, "a message about bonds of " + std::to_string(payload.size()) +
                                 " bytes; at most " + std::to_string(payload_max)};
  }
  auto message = decode_bond_message(payload);
  if (!message) return std::move(message).error();
  return std::visit([this](const auto& each) { return on(each); }, *message);
}

Result<void> LinkBonds::State::on(const BondTags& message) {
  const std::size_t count = message.tags.size();
  if (count == 0 || count % tags_step != 0 || count > tags_message_max) {
    return {Errc::malformed, "tags come in multiples of 16"};
  }
  peer_tags_.insert(message.tags.begin(), message.tags.end());
  if (peer_tags_.size() > tags_max) {
    return {Errc::too_large, "more tags than any node needs"};
  }
  for (const auto& [name, key] : keys_) match_tag(name);
  return {};
}

Result<void> LinkBonds::State::on(const BondProof& message) {
  const auto found = key_of_tag(message.tag);
  if (found == keys_.end()) return {Errc::malformed, "a proof for a key without a tag here"};
  Key& key = found->second;
  // The peer sends its tag before its proof, so the key is known to be shared by now.
  if (!key.proof_sent || key.peer_proven) {
    return {Errc::malformed, "a proof of a group key out of turn"};
  }
  if (!equal_in_constant_time(message.proof, peer_key_proof(key.secret, link_))) {
    return {Errc::handshake_failed, "the proof of a group key is wrong"};
  }
  key.peer_proven = true;
  std::vector<GroupId> groups;
  for (const auto& [id, group] : groups_) {
    if (group.key == found->first) groups.push_back(id);
  }
  offer(found->first, groups);
  return {};
}

Result<void> LinkBonds::State::on(const BondOffers& message) {
  const auto found = key_of_tag(message.tag);
  if (found == keys_.end() || !found->second.peer_proven) {
    return {Errc::malformed, "an offer of a group whose key is not proven"};
  }
  if (message.offers.empty() || message.offers.size() > offers_message_max) {
    return {Errc::malformed, "an offer of " + std::to_string(message.offers.size()) + " groups"};
  }
  for (const BondOffers::Offer& each : message.offers) {
    if (each.slot <= last_peer_slot_) return {Errc::malformed, "the peer reuses a slot"};
    if (each.components.size() != GroupComponents::count) {
      return {Errc::malformed,
              "an offer with " + std::to_string(each.components.size()) + " components"};
    }
    last_peer_slot_ = each.slot;
    peer_offers_.emplace(each.slot, PeerOffer{found->first, each.components});
  }
  if (peer_offers_.size() > offers_max) return {Errc::too_large, "the peer offers too many groups"};
  return pair(found->first);
}

Result<void> LinkBonds::State::on(const BondStatement& message) {
  const Slot own = message.slots.receiver;
  if (own == 0 || own > last_slot_) return {Errc::malformed, "a hello for a slot never named"};
  if (message.hello.size() > hello_max) return {Errc::too_large, "a hello above its bounds"};
  const auto slot = slots_.find(own);
  if (slot == slots_.end()) return {};  // ended here before the peer knew
  Group& group = groups_.at(slot->second);
  if (group.peer_slot != message.slots.sender || group.peer_hello) {
    return {Errc::malformed, "a hello out of turn"};
  }
  group.peer_hello = message.hello;
  stand_if_agreed(slot->second);
  return {};
}

Result<void> LinkBonds::State::on(const BondEnd& message) {
  const bool named = message.sender != 0 && message.sender <= last_peer_slot_;
  if (!named || (message.receiver && (*message.receiver == 0 || *message.receiver > last_slot_))) {
    return {Errc::malformed, "the end of a bond that never was"};
  }
  if (message.message.size() > reason_max) return {Errc::malformed, "too long a reason"};
  const auto offer = peer_offers_.find(message.sender);
  if (offer == peer_offers_.end()) return {};  // both ended it at the same time
  const auto same = [&](const auto& each) { return each.second.peer_slot == message.sender; };
  const auto found = std::find_if(groups_.begin(), groups_.end(), same);
  if (found == groups_.end()) {
    peer_offers_.erase(offer);
    return {};
  }
  auto& [id, group] = *found;
  Errc code = static_cast<Errc>(message.code);
  if (message.code < static_cast<int>(Errc::not_committed) ||
      message.code > static_cast<int>(errc_last)) {
    code = Errc::disconnected;  // of a later version
  }
  // A slot of this end that the peer did not know of yet is as good as before.
  const std::optional<Slot> kept =
      message.receiver == group.slot ? std::nullopt : std::exchange(group.slot, std::nullopt);
  end_bond(id, Error(code, message.message), true);
  group.slot = kept;
  return {};
}

std::map<LinkBonds::State::KeyName, LinkBonds::State::Key>::iterator LinkBonds::State::key_of_tag(
    const UniqueId& own_tag) {
  return std::find_if(keys_.begin(), keys_.end(),
                      [&](const auto& each) { return each.second.own_tag == own_tag; });
}

}  // namespace tessera::core
