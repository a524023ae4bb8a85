#include <tessera/statesync/snapshot_sync/outline.h>
#include <tessera/statesync/snapshot_sync/part_cutter.h>

#include <utility>

namespace tessera::snapshot_sync {

ItemDigest digest_of(ByteView item) {
  // Not the bits by which parts are cut: those are alike in the last items of all parts.
  return static_cast<ItemDigest>(hash_of(item) >> 40U);
}

Result<std::vector<ItemDigest>> digests_of(const Bytes& part) {
  auto items = items_of(part);
  if (!items) return std::move(items).error();
  std::vector<ItemDigest> digests;
  digests.reserve(items->size());
  for (const Bytes& item : *items) digests.push_back(digest_of(item.view()));
  return digests;
}

Bytes outline_of(const std::vector<ItemDigest>& digests) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(digests.size() * item_digest_bytes);
  for (const ItemDigest digest : digests) {
    for (std::size_t byte = 0; byte < item_digest_bytes; ++byte) {
      bytes.push_back(static_cast<std::uint8_t>(digest >> (8 * byte)));
    }
  }
  return Bytes(std::move(bytes));
}

Result<std::vector<ItemDigest>> outlined(const Bytes& outline) {
  if (outline.size() % item_digest_bytes != 0) {
    return Error(Errc::malformed, "an outline with a cut digest");
  }
  std::vector<ItemDigest> digests(outline.size() / item_digest_bytes);
  for (std::size_t at = 0; at < outline.size(); ++at) {
    digests[at / item_digest_bytes] |= static_cast<ItemDigest>(outline.view()[at])
                                       << (8 * (at % item_digest_bytes));
  }
  return digests;
}

}  // namespace tessera::snapshot_sync
