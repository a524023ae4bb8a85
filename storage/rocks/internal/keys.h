#pragma once

#include <tessera/primitives/ids.h>
#include <tessera/storage/store.h>

#include <rocksdb/slice.h>

#include <optional>
#include <string>
#include <string_view>

/// The keys of the three column families. Numbers are big-endian, so that they sort as they count.
/// Pure functions.
namespace tessera::storage::rocks {

// `meta`
inline constexpr std::string_view store_key = "store";
inline constexpr std::string_view run_key = "run";
inline constexpr std::string_view positions_prefix = "positions/";
[[nodiscard]] std::string identity_key(GroupId group);
[[nodiscard]] std::string positions_key(GroupId group);
[[nodiscard]] std::string witness_key(GroupId group);
/// The group whose positions `key` names; nothing for other keys.
[[nodiscard]] std::optional<GroupId> group_of_positions(rocksdb::Slice key);

// `log`: the group and the index of a pack's first entry
[[nodiscard]] std::string pack_key(GroupId group, Index first);
/// The first index of the pack that `key` of `group` names; nothing if it does not.
[[nodiscard]] std::optional<Index> first_of_pack(GroupId group, rocksdb::Slice key);

// `snapshot`: the group, the snapshot and a part's number; part 0 is the manifest
[[nodiscard]] std::string part_key(GroupId group, SnapshotPart part);
[[nodiscard]] std::optional<SnapshotPart> part_of(GroupId group, rocksdb::Slice key);

/// Before and behind every key of `group` in `log` and in `snapshot`.
[[nodiscard]] std::string before_group(GroupId group);
[[nodiscard]] std::string behind_group(GroupId group);

}  // namespace tessera::storage::rocks
