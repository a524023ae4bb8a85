#include <tessera/groups/catch_up.h>

#include <algorithm>

namespace tessera {

bool BondsView::contains(const PeerId& peer) const {
  return std::binary_search(peers.begin(), peers.end(), peer);
}

}  // namespace tessera
