#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// A snapshot's items, encoded, in parts.
///
/// Where a part ends depends on the items around that place and on nothing else (content-defined
/// chunking): members cut equal states alike, and of two states that differ in a few items most
/// parts are equal, whatever was inserted or removed before them.
namespace tessera::snapshot_sync {

/// A hash that costs little beside the digest of a part. It says where parts are cut and which
/// items are alike; what depends on nobody having made two alike does not rest on it.
[[nodiscard]] std::uint64_t hash_of(ByteView item);

/// Puts items into parts. A value.
class PartCutter {
 public:
  /// `part_bytes`: about how much is in a part.
  explicit PartCutter(std::size_t part_bytes) : part_bytes_(part_bytes) {}

  /// Adds an item; the part that ends with it, if one does.
  [[nodiscard]] std::optional<Bytes> add(ByteView item);
  /// The last part, unless it is empty.
  [[nodiscard]] std::optional<Bytes> finish();

 private:
  [[nodiscard]] bool ends_behind(ByteView item) const;
  [[nodiscard]] Bytes take();

  std::size_t part_bytes_;
  std::vector<std::uint8_t> part_;
};

/// How an item stands in a part: behind its length.
void append_item(std::vector<std::uint8_t>& part, ByteView item);
/// The items of a part. `malformed` if it is none.
[[nodiscard]] Result<std::vector<Bytes>> items_of(const Bytes& part);

}  // namespace tessera::snapshot_sync
