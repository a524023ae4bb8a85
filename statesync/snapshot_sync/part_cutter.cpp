#include <tessera/statesync/snapshot_sync/part_cutter.h>

#include <utility>

namespace tessera::snapshot_sync {
namespace {

constexpr std::size_t length_bytes = 4;

/// Parts are between these fractions and multiples of the wanted size.
constexpr std::size_t least_fraction = 4;
constexpr std::size_t most_multiple = 4;

}  // namespace

std::uint64_t hash_of(ByteView item) {
  std::uint64_t hash = 0x9e3779b97f4a7c15U ^ item.size();
  std::size_t at = 0;
  for (; at + 8 <= item.size(); at += 8) {
    std::uint64_t word = 0;
    for (std::size_t byte = 0; byte < 8; ++byte) {
      word |= static_cast<std::uint64_t>(item[at + byte]) << (8 * byte);
    }
    hash = (hash ^ word) * 0xff51afd7ed558ccdU;
    hash ^= hash >> 32U;
  }
  for (; at < item.size(); ++at) hash = (hash ^ item[at]) * 0x100000001b3U;
  hash ^= hash >> 29U;
  hash *= 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 32U);
}

std::optional<Bytes> PartCutter::add(ByteView item) {
  append_item(part_, item);
  if (!ends_behind(item)) return std::nullopt;
  return take();
}

bool PartCutter::ends_behind(ByteView item) const {
  if (part_.size() < part_bytes_ / least_fraction) return false;
  if (part_.size() >= part_bytes_ * most_multiple) return true;
  // One end in `part_bytes_` bytes on average, however large the items are.
  const std::uint64_t share = item.size() + length_bytes;
  if (share >= part_bytes_) return true;
  return hash_of(item) % part_bytes_ < share;
}

std::optional<Bytes> PartCutter::finish() {
  if (part_.empty()) return std::nullopt;
  return take();
}

Bytes PartCutter::take() {
  std::vector<std::uint8_t> next;
  next.reserve(part_bytes_ * 2);
  return Bytes(std::exchange(part_, std::move(next)));
}

void append_item(std::vector<std::uint8_t>& part, ByteView item) {
  for (std::size_t byte = 0; byte < length_bytes; ++byte) {
    part.push_back(static_cast<std::uint8_t>(item.size() >> (8 * byte)));
  }
  part.insert(part.end(), item.begin(), item.end());
}

Result<std::vector<Bytes>> items_of(const Bytes& part) {
  std::vector<Bytes> items;
  std::size_t at = 0;
  while (at < part.size()) {
    if (part.size() - at < length_bytes) return Error(Errc::malformed, "a cut item in a part");
    std::size_t length = 0;
    for (std::size_t byte = 0; byte < length_bytes; ++byte) {
      length |= static_cast<std::size_t>(part.view()[at + byte]) << (8 * byte);
    }
    at += length_bytes;
    if (part.size() - at < length) return Error(Errc::malformed, "a cut item in a part");
    items.push_back(part.slice({at, length}));
    at += length;
  }
  return items;
}

}  // namespace tessera::snapshot_sync
