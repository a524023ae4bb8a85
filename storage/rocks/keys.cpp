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

std::string part_key(GroupId group, SnapshotPart part) {
  std::string key = before_group(group);
  append_big_endian(key, part.snapshot.value());
  append_big_endian(key, part.number);
  return key;
}

std::optional<SnapshotPart> part_of(GroupId group, rocksdb::Slice key) {
  const auto rest = behind_id(group, key);
  if (!rest || rest->size() != sizeof(std::uint64_t) + sizeof(std::uint32_t)) {
    return std::nullopt;
  }
  return SnapshotPart{SnapshotId(big_endian<std::uint64_t>(rest->substr(0, 8))),
                      big_endian<std::uint32_t>(rest->substr(8))};
}

std::string before_group(GroupId group) { return std::string(as_text(group.view())); }

std::string behind_group(GroupId group) { return before_group(group) + std::string(16, '\xff'); }

}  // namespace tessera::storage::rocks
