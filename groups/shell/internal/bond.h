#pragma once

#include <tessera/groups/shell/internal/outlet.h>
#include <tessera/groups/shell/member.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

/// What the link table and a member tell each other.
namespace tessera::shell {

/// A bond that stands, as its member uses it.
struct Bond {
  PeerId peer;
  /// Tells one bond from the next with the same peer; never reused on a node.
  std::uint64_t number = 0;
  std::shared_ptr<Outlet> outlet;
  core::Slot send_slot = 0;
};

/// What the links say of a group.
struct BondFacts {
  std::size_t links = 0;
  std::vector<BondProblem> problems;  ///< ascending by peer
  std::optional<Error> key_problem;
  std::optional<Error> identity_problem;
};

}  // namespace tessera::shell
