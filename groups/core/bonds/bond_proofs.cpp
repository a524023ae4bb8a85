#include <tessera/groups/core/bonds/bond_proofs.h>
#include <tessera/primitives/hash.h>

namespace tessera::core {
namespace {

Hasher mac(const GroupSecret& secret, std::string_view domain, const LinkEnds& link) {
  Hasher hasher(Hasher::Keyed{secret.view(), domain});
  hasher.add(link.binding.view());
  return hasher;
}

std::uint64_t number_of(LinkRole role) { return static_cast<std::uint64_t>(role); }

UniqueId key_proof(Hasher&& hasher, const PeerId& prover, const UniqueId& verifier) {
  return hasher.add(prover.view()).add(verifier.view()).digest();
}

}  // namespace

UniqueId bond_tag(const GroupSecret& secret, const LinkEnds& link, LinkRole sender) {
  return mac(secret, "tessera/bond/tag/1", link).add(number_of(sender)).digest();
}

UniqueId own_key_proof(const GroupSecret& secret, const LinkEnds& link) {
  return key_proof(mac(secret, "tessera/bond/proof/1", link), link.self, link.peer.id());
}

UniqueId peer_key_proof(const GroupSecret& secret, const LinkEnds& link) {
  return key_proof(mac(secret, "tessera/bond/proof/1", link), link.peer, link.self.id());
}

std::vector<UniqueId> component_proofs(const GroupSecret& secret, const GroupComponents& components,
                                       const LinkEnds& link, LinkRole sender) {
  std::vector<UniqueId> proofs;
  for (const GroupComponent& component : components.list()) {
    proofs.push_back(mac(secret, "tessera/bond/component/1", link)
                         .add(number_of(sender))
                         .add(component.digest.view())
                         .digest());
  }
  return proofs;
}

Decoys::Decoys(const LinkEnds& link)
    : key_(Hasher("tessera/bond/decoys/1").add(link.seed).add(link.binding.view()).digest()) {}

void Decoys::pad(std::set<UniqueId>& tags, std::size_t step) {
  while (tags.empty() || tags.size() % step != 0) {
    tags.insert(Hasher(Hasher::Keyed{key_.view(), "tessera/bond/decoy/1"}).add(made_++).digest());
  }
}

}  // namespace tessera::core
