#pragma once

#include <tessera/storage/member_id.h>

#include <cstdint>

/// Scripts call members 1, 2, 3; here they have ids. The ids sort as the numbers do.
namespace tessera::raft_scripts {

[[nodiscard]] inline MemberId member(int number) {
  UniqueId::Array bytes{};
  bytes[0] = static_cast<std::uint8_t>(number >> 8);
  bytes[1] = static_cast<std::uint8_t>(number);
  return {PeerId(UniqueId(bytes)), StorageId(UniqueId(bytes))};
}

[[nodiscard]] inline int number_of(const PeerId& peer) {
  return peer.id().bytes()[0] * 256 + peer.id().bytes()[1];
}

/// Scripts name at most this many members.
constexpr int members_max = 64;

}  // namespace tessera::raft_scripts
