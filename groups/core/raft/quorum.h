#pragma once

#include <tessera/groups/core/configuration.h>
#include <tessera/storage/cursor.h>

#include <functional>
#include <set>

/// Majorities of a configuration. While it is joint, a majority of each half (thesis, 4.3).
/// Pure functions; connectivity never changes who counts.
namespace tessera::core {

/// The smallest number that is more than half of `count`.
[[nodiscard]] constexpr std::size_t majority_of(std::size_t count) { return count / 2 + 1; }

/// True if `members` holds a majority of the voters of `configuration`.
[[nodiscard]] bool has_quorum(const Configuration& configuration,
                              const std::set<MemberId>& members);

/// True if, with `refused` against it, no majority can come about any more.
[[nodiscard]] bool quorum_is_lost(const Configuration& configuration,
                                  const std::set<MemberId>& refused);

/// The largest index that a majority of the voters has reached, each as `reached` tells.
[[nodiscard]] Index agreed_index(const Configuration& configuration,
                                 const std::function<Index(const MemberId&)>& reached);

}  // namespace tessera::core
