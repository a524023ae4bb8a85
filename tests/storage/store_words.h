#pragma once

#include <tessera/storage/store.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

/// The words the storage tests are written in.
namespace tessera::storage::testing {

inline GroupId group_named(std::string_view name) { return GroupId(UniqueId::from(name)); }
inline StorageId storage_named(std::string_view name) { return StorageId(UniqueId::from(name)); }
inline GenesisId genesis_named(std::string_view name) { return GenesisId(UniqueId::from(name)); }
inline PeerId peer_named(std::string_view name) { return PeerId(UniqueId::from(name)); }

inline Cursor at(std::uint64_t term, std::uint64_t index) {
  return Cursor{Term(term), Index(index)};
}

inline RawEntry command(Cursor position, std::string data) {
  return RawEntry{position, EntryKind::command, LogTime(position.index.value() * 7),
                  Bytes(std::move(data))};
}

/// Commands of one term at the indices from `first` to `last`; their data says which they are.
struct Stretch {
  std::uint64_t term = 1;
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  std::size_t padding = 0;
};
inline std::vector<RawEntry> commands(const Stretch& stretch) {
  std::vector<RawEntry> entries;
  for (std::uint64_t index = stretch.first; index <= stretch.last; ++index) {
    const Cursor position = at(stretch.term, index);
    entries.push_back(command(position, position.to_string() + std::string(stretch.padding, '.')));
  }
  return entries;
}

/// A write of `entries` to a group that may be new.
inline GroupWrite write_of(GroupId group, std::vector<RawEntry> entries) {
  GroupWrite write;
  write.group = group;
  write.storage = storage_named("storage");
  write.entries = std::move(entries);
  return write;
}

inline LogStore::ReadRange everything() { return {Index(1), Index(UINT64_MAX), SIZE_MAX}; }

/// Everything held for `group`; the test fails if it cannot be read.
inline std::vector<RawEntry> all_entries(LogStore& log, GroupId group) {
  auto record = log.open(group);
  EXPECT_TRUE(record.has_value()) << record.error().message();
  std::vector<RawEntry> all;
  for (Index from = record->base.index + 1; from <= record->last.index; from = from + 1) {
    auto some = log.read(group, {from, record->last.index, 1 << 20});
    EXPECT_TRUE(some.has_value()) << some.error().message();
    if (!some || some->empty()) {
      ADD_FAILURE() << "nothing at " << from;
      break;
    }
    all.insert(all.end(), some->begin(), some->end());
    from = some->back().position.index;
  }
  return all;
}

}  // namespace tessera::storage::testing
