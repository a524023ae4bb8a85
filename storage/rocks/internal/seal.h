#pragma once

#include <tessera/primitives/bytes.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// The checksum in front of every value in the store.
///
/// It finds damage, not malice: whoever can write to the disk can compute it too
/// (docs/decisions/0201-checksums-in-the-store.md). Pure functions.
namespace tessera::storage::rocks {

/// What a value is. Part of its checksum, so that one kind is never taken for another. The numbers
/// are part of the stored format.
enum class RecordKind : std::uint8_t {
  store = 1,
  run = 2,
  group_identity = 3,
  group_positions = 4,
  pack = 5,
  snapshot_manifest = 6,
  snapshot_chunk = 7,
  node_record = 8,
  group_witness = 9,
  snapshot_segment = 10,
  synced_batches = 11,
  watermark = 12,
  manifest_mark = 13,
};

/// How many bytes to leave free at the front of a record for its seal.
inline constexpr std::size_t seal_size = 8;

/// Fills the first `seal_size` bytes of `record` with the checksum of the rest.
void seal(RecordKind kind, std::vector<std::uint8_t>& record);

/// What follows the seal; nothing if `record` is not as it was sealed.
[[nodiscard]] std::optional<ByteView> unseal(RecordKind kind, ByteView record);

}  // namespace tessera::storage::rocks
