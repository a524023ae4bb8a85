#include <tessera/primitives/codec.h>
#include <tessera/primitives/hash.h>
#include <tessera/statesync/snapshot_sync/part_list.h>
#include <tessera/statesync/snapshot_sync/settings.h>

namespace tessera::snapshot_sync {

std::uint64_t PartList::bytes() const {
  std::uint64_t sum = 0;
  for (const Part& part : parts) sum += part.bytes;
  return sum;
}

std::optional<std::string> too_large_to_send(const PartList& list) {
  for (std::size_t part = 0; part < list.parts.size(); ++part) {
    const std::uint64_t bytes = list.parts[part].bytes;
    if (bytes <= Settings::sent_part_bytes_max) continue;
    return "part " + std::to_string(part + 1) + " has " + std::to_string(bytes) +
           " bytes, and one message carries at most " +
           std::to_string(Settings::sent_part_bytes_max);
  }
  return std::nullopt;
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
