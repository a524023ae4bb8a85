#pragma once

#include <tessera/groups/core/configuration.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Scripts ask for changes (`v2 l3 r4`); here a leader is handed whole configurations. This is
/// what an operator does in between, and no more than that: which configuration is meant.
namespace tessera::raft_scripts {

/// One request of a change: make a voter, make a learner, remove, or update (which says nothing
/// about who is a member).
struct Change {
  char kind = 'v';
  int number = 0;
};

/// The changes named in `text`, separated by blanks; nothing if one is of no known kind.
[[nodiscard]] std::optional<std::vector<Change>> parse_changes(std::string_view text);

/// `from`, which is not joint, after `changes`: the configuration that is meant.
[[nodiscard]] core::Configuration changed(const core::Configuration& from,
                                          const std::vector<Change>& changes);

/// As scripts write it: `voters=(1 2)&&(1) learners=(3) learners_next=(1)`.
[[nodiscard]] std::string to_text(const core::Configuration& configuration);

}  // namespace tessera::raft_scripts
