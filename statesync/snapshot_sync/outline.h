#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <cstddef>
#include <cstdint>
#include <vector>

/// A part's items by short digests: enough to tell which of them a member has already, at about a
/// hundredth of the items' own size.
///
/// A digest alone may deceive, so two neighbours are looked for at a time (own_items.h); and what
/// is put together by them is judged by the digest of the whole part.
namespace tessera::snapshot_sync {

using ItemDigest = std::uint32_t;  ///< 24 bits of it

constexpr std::size_t item_digest_bytes = 3;

[[nodiscard]] ItemDigest digest_of(ByteView item);

/// The digests of all of a part's items, in order; `malformed` if it is no part.
[[nodiscard]] Result<std::vector<ItemDigest>> digests_of(const Bytes& part);

/// Digests as they travel, and back; `malformed` if that is no row of digests.
[[nodiscard]] Bytes outline_of(const std::vector<ItemDigest>& digests);
[[nodiscard]] Result<std::vector<ItemDigest>> outlined(const Bytes& outline);

}  // namespace tessera::snapshot_sync
