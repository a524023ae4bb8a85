#pragma once

#include <tessera/primitives/ids.h>

#include <compare>
#include <ostream>

/// Who counts in a quorum: a node *and* the store its acknowledgements are kept in. A node that
/// lost its disk comes back with the same peer id and another storage id, as somebody new.
namespace tessera {

struct MemberId {
  PeerId peer;
  StorageId storage;

  auto operator<=>(const MemberId&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(peer, storage);
  }
};

inline std::ostream& operator<<(std::ostream& out, const MemberId& member) {
  return out << member.peer.brief() << '/' << member.storage.brief();
}

}  // namespace tessera
