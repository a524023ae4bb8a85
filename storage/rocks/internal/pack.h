#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/raw_entry.h>

#include <span>
#include <vector>

/// Several entries of one log as one value: it says whose they are and where they belong, names a
/// term once for all entries in it, and carries a checksum. Pure functions.
namespace tessera::storage::rocks {

/// Whose entries a pack holds.
struct PackOwner {
  GroupId group;
  GenesisId genesis;
};

/// How many of `entries`, which are not empty, go into one pack: as many as fill 64 KiB, but at
/// least one.
[[nodiscard]] std::size_t pack_length(std::span<const RawEntry> entries);

/// `entries` follow one another and are not empty.
[[nodiscard]] std::vector<std::uint8_t> encode_pack(const PackOwner& owner,
                                                    std::span<const RawEntry> entries);

/// The entries in `stored`, sharing its buffer. `damaged` if it is not what `encode_pack` made, or
/// belongs to another place; `foreign` if it belongs to another founding of the group.
[[nodiscard]] Result<std::vector<RawEntry>> decode_pack(const PackOwner& owner, Index first,
                                                        const Bytes& stored);

}  // namespace tessera::storage::rocks
