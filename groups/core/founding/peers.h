#pragma once

#include <tessera/groups/core/founding/founding.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

/// Whom a member could found a group with, and which geneses it has heard named.
///
/// A value; owned by `Founding`. Statements outlive bonds, so that a conflict does not come and go
/// with a link; they are replaced when the peer makes a new one.
namespace tessera::core {

class FoundingPeers {
 public:
  void bond_up(const FoundingPeer& peer);
  void bond_down(const PeerId& peer) { bonded_.erase(peer); }
  void state(const PeerId& peer, const GenesisId& genesis);

  [[nodiscard]] const std::map<PeerId, FoundingPeer>& bonded() const { return bonded_; }
  /// Bonded, under this storage id.
  [[nodiscard]] bool is_bonded(const MemberId& member) const;
  [[nodiscard]] GenesisId stated_by(const PeerId& peer) const;

  using Exception = std::function<bool(const GenesisId&)>;
  /// A bonded peer has named a genesis that is not `excepted`.
  [[nodiscard]] bool any_bonded_names_genesis(const Exception& excepted) const;
  /// All geneses named by anybody that are not `excepted`, each with one who named it.
  [[nodiscard]] std::map<GenesisId, PeerId> geneses(const Exception& excepted) const;

  /// `member` did not promise a set that was then given up: others are asked first.
  void missed(const MemberId& member) { ++misses_[member]; }

  /// Who founds with this member, and on what terms.
  struct Terms {
    MemberId self;
    std::uint32_t founders = 0;
    std::set<PeerId> listed;  ///< empty: anybody
    Durability durability = Durability::fsync;
  };
  /// The set to propose: the listed ones, or this member and the best of those it sees. Nothing
  /// as long as there are too few.
  struct Candidates {
    std::set<MemberId> set;
    bool self_is_lowest = false;  ///< of all eligible, so that it is this member's turn
  };
  [[nodiscard]] std::optional<Candidates> candidates(const Terms& terms) const;

 private:
  static constexpr std::size_t statements_max = 1024;

  std::map<PeerId, FoundingPeer> bonded_;
  std::map<PeerId, GenesisId> statements_;  // none is not kept
  std::map<MemberId, std::size_t> misses_;
};

}  // namespace tessera::core
