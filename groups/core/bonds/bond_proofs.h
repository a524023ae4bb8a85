#pragma once

#include <tessera/groups/core/bonds/link_bonds.h>

#include <set>
#include <vector>

/// What is proven over a link, and with what. Every value is bound to the link's handshake hash
/// and to who says it: none is good on another link, or when it is sent back.
namespace tessera::core {

[[nodiscard]] constexpr LinkRole other_end(LinkRole role) {
  return role == LinkRole::dialler ? LinkRole::listener : LinkRole::dialler;
}

/// Step 1: the tag of a key, as the end in `role` sends it.
[[nodiscard]] UniqueId bond_tag(const GroupSecret& secret, const LinkEnds& link, LinkRole sender);

/// Step 2: that `link.self` (or `link.peer`) has the key.
[[nodiscard]] UniqueId own_key_proof(const GroupSecret& secret, const LinkEnds& link);
[[nodiscard]] UniqueId peer_key_proof(const GroupSecret& secret, const LinkEnds& link);

/// Step 3: one digest for each component of the group id, in the fixed order.
[[nodiscard]] std::vector<UniqueId> component_proofs(const GroupSecret& secret,
                                                     const GroupComponents& components,
                                                     const LinkEnds& link, LinkRole sender);

/// Makes tags that look like others to everybody without the seed.
class Decoys {
 public:
  explicit Decoys(const LinkEnds& link);
  /// Adds to `tags` until their number is a multiple of `step`, and not zero.
  void pad(std::set<UniqueId>& tags, std::size_t step);

 private:
  UniqueId key_;
  std::uint64_t made_ = 0;
};

}  // namespace tessera::core
