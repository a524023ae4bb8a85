#include <tessera/groups/core/founding/peers.h>

#include <algorithm>
#include <utility>

namespace tessera::core {

void FoundingPeers::bond_up(const FoundingPeer& peer) {
  bonded_.insert_or_assign(peer.member.peer, peer);
  state(peer.member.peer, peer.genesis);
}

void FoundingPeers::state(const PeerId& peer, const GenesisId& genesis) {
  if (genesis.is_none()) {
    statements_.erase(peer);
  } else if (statements_.contains(peer) || statements_.size() < statements_max) {
    statements_[peer] = genesis;
  }
}

bool FoundingPeers::is_bonded(const MemberId& member) const {
  const auto found = bonded_.find(member.peer);
  return found != bonded_.end() && found->second.member == member;
}

GenesisId FoundingPeers::stated_by(const PeerId& peer) const {
  const auto found = statements_.find(peer);
  return found == statements_.end() ? GenesisId{} : found->second;
}

bool FoundingPeers::any_bonded_names_genesis(const Exception& excepted) const {
  return std::any_of(bonded_.begin(), bonded_.end(), [&](const auto& each) {
    const GenesisId named = stated_by(each.first);
    return !named.is_none() && !excepted(named);
  });
}

std::map<GenesisId, PeerId> FoundingPeers::geneses(const Exception& excepted) const {
  std::map<GenesisId, PeerId> named;
  for (const auto& [peer, genesis] : statements_) {
    if (!excepted(genesis)) named.emplace(genesis, peer);
  }
  return named;
}

std::optional<FoundingPeers::Candidates> FoundingPeers::candidates(const Terms& terms) const {
  std::vector<std::pair<std::size_t, MemberId>> others;  // fewest misses first
  bool self_is_lowest = true;
  for (const auto& [id, peer] : bonded_) {
    const bool wanted = terms.listed.empty() || terms.listed.contains(id);
    if (!wanted || peer.founders != terms.founders || peer.durability < terms.durability ||
        !stated_by(id).is_none()) {
      continue;
    }
    const auto misses = misses_.find(peer.member);
    others.emplace_back(misses == misses_.end() ? 0 : misses->second, peer.member);
    self_is_lowest = self_is_lowest && terms.self.peer < id;
  }
  if (others.size() + 1 < terms.founders) return std::nullopt;
  std::sort(others.begin(), others.end());
  Candidates candidates;
  candidates.self_is_lowest = self_is_lowest;
  candidates.set.insert(terms.self);
  for (const auto& [misses, member] : others) {
    if (candidates.set.size() == terms.founders) break;
    candidates.set.insert(member);
  }
  return candidates;
}

}  // namespace tessera::core
