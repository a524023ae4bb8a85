#pragma once

#include <tessera/primitives/ids.h>

#include <cstddef>
#include <vector>

/// A node's right to found a group that does not exist yet.
///
/// It is this node's own option and no part of the group id. Founding takes the signed promises
/// of a whole founding set. Two groups of one id cannot come about as long as at most 2n-1 stores
/// ever hold the right to found with a set of n (a wiped disk counts again): give it to the first
/// nodes only, and `Genesis::join()` to every node that is added or rebuilt later.
namespace tessera {

class Genesis {
 public:
  /// Found with any `count` members that have the right and see each other; 1 to 15.
  [[nodiscard]] static Genesis expect(std::size_t count);
  /// Found with exactly these members, this node among them.
  [[nodiscard]] static Genesis founders(std::vector<PeerId> members);
  /// Never found; wait for a member of an existing group.
  [[nodiscard]] static Genesis join();

  /// The number of founders; 0 for `join()`.
  [[nodiscard]] std::size_t count() const { return count_; }
  /// Who they must be, ascending; empty: anybody.
  [[nodiscard]] const std::vector<PeerId>& members() const { return members_; }

 private:
  std::size_t count_ = 3;
  std::vector<PeerId> members_;
};

}  // namespace tessera
