#include <tessera/storage/rocks/internal/keys.h>

#include <algorithm>

namespace tessera::storage::rocks {
namespace {

template <class Number>
void append_big_endian(std::string& out, Number number) {
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((number >> shift) & 0xff));
  }
}

template <class Number>
[[nodiscard]] Number big_endian(std::string_view bytes) {
  Number number = 0;
  for (const char byte : bytes) {
    number = static_cast<Number>((number << 8) | static_cast<std::uint8_t>(byte));
  }
  return number;
}

/// What follows the group's id in a key of `log` or `snapshot`; nothing if it is another group's.
[[nodiscard]] std::optional<std::string_view> behind_id(GroupId group, rocksdb::Slice key) {
  const std::string_view text(key.data(), key.size());
  if (!text.starts_with(as_text(group.view()))) {
    return std::nullopt;
  }
  return text.substr(UniqueId::size);
}

/// Part of the stored format.
enum class KeyKind : std::uint8_t { manifest = 0, segment = 1, part = 2 };

struct SnapshotName {
  GroupId group;
  SnapshotId id;
};

[[nodiscard]] std::string snapshot_key(const SnapshotName& name, KeyKind kind,
                                       std::uint32_t number) {
  std::string key = before_group(name.group);
  append_big_endian(key, name.id.value());
  append_big_endian(key, static_cast<std::uint8_t>(kind));
  append_big_endian(key, number);
  return key;
}

}  // namespace

std::string identity_key(GroupId group) { return "identity/" + before_group(group); }

std::string positions_key(GroupId group) {
  return std::string(positions_prefix) + before_group(group);
}

std::string witness_key(GroupId group) { return "witness/" + before_group(group); }

std::optional<GroupId> group_of_positions(rocksdb::Slice key) {
  if (!key.starts_with(rocksdb::Slice(positions_prefix.data(), positions_prefix.size()))) {
    return std::nullopt;
  }
  key.remove_prefix(positions_prefix.size());
  if (key.size() != UniqueId::size) {
    return std::nullopt;
  }
  UniqueId::Array id{};
  std::copy_n(key.data(), id.size(), id.begin());
  return GroupId(UniqueId(id));
}

std::string pack_key(GroupId group, Index first) {
  std::string key = before_group(group);
  append_big_endian(key, first.value());
  return key;
}

std::optional<Index> first_of_pack(GroupId group, rocksdb::Slice key) {
  const auto rest = behind_id(group, key);
  if (!rest || rest->size() != sizeof(std::uint64_t)) {
    return std::nullopt;
  }
  return Index(big_endian<std::uint64_t>(*rest));
}

std::string manifest_key(GroupId group, SnapshotId id) {
  return snapshot_key({group, id}, KeyKind::manifest, 0);
}

std::string segment_key(GroupId group, SnapshotId id, std::uint32_t first) {
  return snapshot_key({group, id}, KeyKind::segment, first);
}

std::string part_key(GroupId group, SnapshotId id, std::uint32_t place) {
  return snapshot_key({group, id}, KeyKind::part, place);
}

std::optional<SnapshotId> snapshot_of(GroupId group, rocksdb::Slice key) {
  const auto rest = behind_id(group, key);
  if (!rest || rest->size() != sizeof(std::uint64_t) + 1 + sizeof(std::uint32_t)) {
    return std::nullopt;
  }
  return SnapshotId(big_endian<std::uint64_t>(rest->substr(0, 8)));
}

std::string part_name(GroupId group, const SnapshotPart& part) {
  std::string name = before_group(group);
  append_big_endian(name, part.snapshot.value());
  append_big_endian(name, part.number);
  return name;
}

std::string before_group(GroupId group) { return std::string(as_text(group.view())); }

std::string behind_group(GroupId group) { return before_group(group) + std::string(16, '\xff'); }

}  // namespace tessera::storage::rocks
