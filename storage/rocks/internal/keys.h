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
inline constexpr std::string_view synced_key = "synced";
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

// `snapshot`: the group, the snapshot, and then: its manifest; what each of its segments holds; its
// parts, numbered in the order in which they came
[[nodiscard]] std::string manifest_key(GroupId group, SnapshotId id);
[[nodiscard]] std::string segment_key(GroupId group, SnapshotId id, std::uint32_t first);
[[nodiscard]] std::string part_key(GroupId group, SnapshotId id, std::uint32_t place);
/// The snapshot to which `key` of `group` belongs; nothing if it is not such a key.
[[nodiscard]] std::optional<SnapshotId> snapshot_of(GroupId group, rocksdb::Slice key);

/// What stands in front of a part's data: whose it is.
[[nodiscard]] std::string part_name(GroupId group, const SnapshotPart& part);

/// Before and behind every key of `group` in `log` and in `snapshot`.
[[nodiscard]] std::string before_group(GroupId group);
[[nodiscard]] std::string behind_group(GroupId group);

}  // namespace tessera::storage::rocks
