#include <tessera/primitives/codec.h>
#include <tessera/primitives/hash.h>
#include <tessera/statesync/snapshot_sync/part_list.h>

namespace tessera::snapshot_sync {

std::uint64_t PartList::bytes() const {
  std::uint64_t sum = 0;
  for (const Part& part : parts) sum += part.bytes;
  return sum;
}

PartList::Part describe(const Bytes& part) {
  return {Hasher("tessera/snapshot-part").add(part.view()).digest(),
          static_cast<std::uint32_t>(part.size())};
}

UniqueId root_of(const Anchor& anchor, const Bytes& encoded_list) {
  return Hasher("tessera/snapshot-root")
      .add(encode(anchor).view())
      .add(encoded_list.view())
      .digest();
}

}  // namespace tessera::snapshot_sync
