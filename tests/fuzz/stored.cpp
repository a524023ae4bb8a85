// What the store reads from its disk. The first byte of the input chooses a record. If its highest
// bit is set, the rest is the record as it would be found; otherwise a sound seal is put in front
// of the rest, so that the decoders behind the checksums are reached. An accepted record must be
// the one encoding of its value.

#include "target.h"
#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/internal/data_directory.h>
#include <tessera/storage/rocks/internal/meta_records.h>
#include <tessera/storage/rocks/internal/pack.h>
#include <tessera/storage/rocks/internal/watermark.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace tessera::fuzz {
namespace {

using namespace storage;
using namespace storage::rocks;

struct Input {
  bool as_found = false;
  ByteView bytes;
};

std::vector<std::uint8_t> stored(RecordKind kind, const Input& input) {
  std::vector<std::uint8_t> record(input.as_found ? 0 : seal_size);
  record.insert(record.end(), input.bytes.begin(), input.bytes.end());
  if (!input.as_found) seal(kind, record);
  return record;
}

template <class Record>
bool read_record(const Input& input) {
  const auto found = stored(Record::kind, input);
  const auto record = unsealed<Record>(found);
  if (!record) return false;
  check(sealed(*record) == found, "a record has one encoding");
  return true;
}

/// Whose pack it is, and where it begins, by its own words: the decoder stops early otherwise.
struct PackPlace {
  PackOwner owner;
  Index first;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(owner.group, owner.genesis, first);
  }
};

bool read_pack(const Input& input) {
  constexpr std::size_t place_bytes = 2 * UniqueId::size + sizeof(std::uint64_t);
  const std::vector<std::uint8_t> found = stored(RecordKind::pack, input);
  PackPlace place;
  if (found.size() >= seal_size + place_bytes) {
    place =
        decode<PackPlace>(ByteView(found).subspan(seal_size, place_bytes)).value_or(PackPlace{});
  }
  const auto entries = decode_pack(place.owner, place.first, Bytes(found));
  if (!entries) {
    check(entries.error().is(Errc::damaged) || entries.error().is(Errc::foreign),
          "a pack that does not decode is damaged, or somebody else's");
    return false;
  }
  const auto again =
      decode_pack(place.owner, place.first, Bytes(encode_pack(place.owner, *entries)));
  check(again && *again == *entries, "entries survive being packed");
  return true;
}

bool read_watermark(const Input& input) {
  const auto record = input.as_found
                          ? decode_slot(input.bytes)
                          : unsealed<WatermarkRecord>(stored(RecordKind::watermark, input));
  if (!record) return false;
  check(decode_slot(encode_slot(*record)) == record, "a watermark reads as it was written");
  return true;
}

bool read_format(const Input& input) {
  const auto format = stated_format(as_text(input.bytes));
  if (!format) return false;
  check(stated_format(format_line(*format)) == format, "a format reads as it was written");
  return true;
}

constexpr std::array readers{
    read_pack,
    read_record<StoreRecord>,
    read_record<RunRecord>,
    read_record<SyncedBatches>,
    read_record<GroupIdentity>,
    read_record<GroupPositions>,
    read_record<GroupWitness>,
    read_record<SnapshotRecord>,
    read_record<SegmentRecord>,
    read_record<NodeRecord>,
    read_watermark,
    read_format,
};

}  // namespace

bool run(ByteView input) {
  if (input.empty()) return false;
  constexpr std::uint8_t as_found = 0x80;
  const std::uint8_t choice = input.front();
  return readers[(choice & ~as_found) % readers.size()](
      {(choice & as_found) != 0, input.subspan(1)});
}

}  // namespace tessera::fuzz
