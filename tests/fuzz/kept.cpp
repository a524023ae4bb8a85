// What members keep in the store's records, entries and parts: it has passed the checksums, and a
// member of another version, or a liar who sent it, may have written it. The first byte of the
// input chooses what it is.

#include "target.h"
#include <tessera/groups/core/damage.h>
#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/exactly_once/session_change.h>
#include <tessera/groups/core/founding/ledger.h>
#include <tessera/groups/core/witness/witness.h>
#include <tessera/groups/shell/internal/address_book.h>
#include <tessera/primitives/check.h>
#include <tessera/primitives/codec.h>
#include <tessera/statesync/snapshot_sync/outline.h>
#include <tessera/statesync/snapshot_sync/part_cutter.h>
#include <tessera/statesync/snapshot_sync/part_list.h>
#include <tessera/statesync/snapshot_sync/part_patch.h>
#include <tessera/statesync/snapshot_sync/verdicts.h>

#include <array>

namespace tessera::fuzz {
namespace {

/// What decodes must be written again as it was.
template <auto decoder, auto encoder>
bool read_entry(const Bytes& data) {
  const auto value = decoder(data);
  if (value) check(encoder(*value) == data, "a value has one encoding");
  return value.has_value();
}

template <class T>
bool read_value(const Bytes& data) {
  const auto value = decode<T>(data);
  if (value) check(encode(*value) == data, "a value has one encoding");
  return value.has_value();
}

bool read_session_change(const Bytes& data) {
  return core::decode_session_change(data).has_value();
}

/// The record names the store that wrote it, behind its version.
bool read_founding(const Bytes& data) {
  MemberId self;
  constexpr std::size_t at = 1;
  if (data.size() >= at + UniqueId::size) {
    self.storage = decode<StorageId>(data.slice({at, UniqueId::size})).value_or(StorageId{});
  }
  const auto ledger = core::FoundingLedger::restore(self, data);
  if (!ledger) return false;
  const auto again = core::FoundingLedger::restore(self, ledger->encoded());
  check(again && again->encoded() == ledger->encoded(), "a founding record survives being kept");
  return true;
}

bool read_witness(const Bytes& data) {
  const auto witness = core::Witness::restore(data);
  if (!witness) return false;
  const auto again = core::Witness::restore(witness->encoded());
  check(again && again->encoded() == witness->encoded(), "what is remembered survives being kept");
  return true;
}

bool read_addresses(const Bytes& data) {
  using Seconds = shell::AddressBook::Seconds;
  constexpr Seconds now{1'000'000};
  shell::AddressBook book{PeerId{}};
  book.load(data, now);
  const Bytes saved = book.save(now);
  shell::AddressBook again{PeerId{}};
  again.load(saved, now);
  check(again.save(now) == saved, "addresses survive being kept");
  return saved != shell::AddressBook{PeerId{}}.save(now);
}

bool read_verdict(const Bytes& data) {
  const auto verdict = snapshot_sync::Verdict::from(data);
  if (verdict) check(verdict->marker() == data, "a verdict has one encoding");
  return verdict.has_value();
}

bool read_part_list(const Bytes& data) {
  const auto list = decode<snapshot_sync::PartList>(data);
  if (!list) return false;
  (void)list->bytes();
  (void)snapshot_sync::too_large_to_send(*list);
  return true;
}

bool read_part(const Bytes& data) {
  const auto items = snapshot_sync::items_of(data);
  const auto digests = snapshot_sync::digests_of(data);
  check(items.has_value() == digests.has_value(), "a part has its items and their digests");
  if (!items) return false;
  check(items->size() == digests->size(), "each item has its digest");
  const auto outlined = snapshot_sync::outlined(snapshot_sync::outline_of(*digests));
  check(outlined && *outlined == *digests, "an outline survives its journey");
  const Bytes all(std::vector<std::uint8_t>((items->size() + 7) / 8, 0xff));
  (void)snapshot_sync::chosen_items(data, all);
  return true;
}

constexpr std::array readers{
    read_entry<core::decode_configuration, core::encode_configuration>,
    read_entry<core::decode_settings, core::encode_settings>,
    read_entry<core::decode_proposal, core::encode_proposal>,
    read_entry<core::decode_anchor, core::encode_anchor>,
    read_entry<core::decode_runtime_part, core::encode_runtime_part>,
    read_session_change,
    read_founding,
    read_witness,
    read_value<core::Damage>,
    read_addresses,
    read_verdict,
    read_part_list,
    read_part,
};

}  // namespace

bool run(ByteView input) {
  if (input.empty()) return false;
  return readers[input.front() % readers.size()](Bytes::copy(input.subspan(1)));
}

}  // namespace tessera::fuzz
