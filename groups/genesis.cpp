#include <tessera/groups/genesis.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera {
namespace {

void check_count(std::size_t count) {
  constexpr std::size_t count_max = 15;
  check(count >= 1 && count <= count_max, "a group is founded by 1 to 15 members");
}

}  // namespace

Genesis Genesis::expect(std::size_t count) {
  check_count(count);
  Genesis genesis;
  genesis.count_ = count;
  return genesis;
}

Genesis Genesis::founders(std::vector<PeerId> members) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  check_count(members.size());
  Genesis genesis;
  genesis.count_ = members.size();
  genesis.members_ = std::move(members);
  return genesis;
}

Genesis Genesis::join() {
  Genesis genesis;
  genesis.count_ = 0;
  return genesis;
}

}  // namespace tessera
