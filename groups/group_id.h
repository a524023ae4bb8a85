#pragma once

#include <tessera/primitives/ids.h>

#include <array>
#include <string>
#include <string_view>

/// What makes a group this group and no other (consensus.md, "Group id").
namespace tessera {

/// The protocol that the members of a group speak.
inline constexpr std::string_view group_protocol = "tessera/1";

/// One of the things that members must have in common.
struct GroupComponent {
  std::string_view name;  ///< as people read it: "state-sync settings"
  UniqueId digest;
  std::string value;  ///< for people, and safe to show: a key is shown by its digest
};

/// Everything that enters the group id. Members that differ in one of them never bond. A value.
///
/// What need not agree for safety is no part of it: where data is kept, timings and the other
/// group settings, the right to found.
struct GroupComponents {
  std::string_view protocol = group_protocol;
  NetworkId network;
  UniqueId key;         ///< `GroupSecret::digest()`
  UniqueId machine;     ///< the state machine's signature
  UniqueId state_sync;  ///< the StateSync strategy's signature, its settings included

  static constexpr std::size_t count = 6;

  /// In a fixed order, known to every version of the protocol.
  [[nodiscard]] std::array<GroupComponent, count> list() const;

  [[nodiscard]] GroupId id() const;

  bool operator==(const GroupComponents&) const = default;
};

}  // namespace tessera
