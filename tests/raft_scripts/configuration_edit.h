#pragma once

#include <tessera/groups/core/configuration.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Scripts ask for changes (`v2 l3 r4`); here a leader is handed whole configurations. This is
/// what an operator does in between, and no more than that: which configuration is meant.
namespace tessera::raft_scripts {

/// A configuration, and the voters on their way out that are to stay as learners.
struct EditedConfiguration {
  core::Configuration configuration;
  std::set<MemberId> learners_next;
};

/// One request of a change: make a voter, make a learner, remove, or update (which says nothing
/// about who is a member).
struct Change {
  char kind = 'v';
  int number = 0;
};

/// The changes named in `text`, separated by blanks; nothing if one is of no known kind.
[[nodiscard]] std::optional<std::vector<Change>> parse_changes(std::string_view text);

/// `from` after `changes`, at once.
[[nodiscard]] EditedConfiguration changed(const EditedConfiguration& from,
                                          const std::vector<Change>& changes);
/// The joint configuration on the way from `from` to `from` after `changes`.
[[nodiscard]] EditedConfiguration entered(const EditedConfiguration& from,
                                          const std::vector<Change>& changes);
/// What follows a joint configuration.
[[nodiscard]] EditedConfiguration left(const EditedConfiguration& joint);

/// As scripts write it: `voters=(1 2)&&(1) learners=(3) learners_next=(1)`.
[[nodiscard]] std::string to_text(const EditedConfiguration& edited);

}  // namespace tessera::raft_scripts
