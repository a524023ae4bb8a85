#pragma once

#include <tessera/conformance/kit/subject.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the suite asks of a strategy, one function each (statesync.md, "Proving a strategy").
///
/// Plain functions: each runs simulated groups of its own and takes between a few milliseconds and
/// a few seconds. They may run on several threads at once if the subject's machine may.
namespace tessera::conformance {

/// Nothing: it holds. Otherwise what does not, with a picture of the group.
using Finding = std::optional<std::string>;
using Check = Finding (*)(const Subject&);

// Catching up (checks/arrivals.cpp)
[[nodiscard]] Finding converges_to_equal_state(const Subject& subject);
[[nodiscard]] Finding joins_a_pruned_group(const Subject& subject);
[[nodiscard]] Finding joins_an_empty_group(const Subject& subject);
[[nodiscard]] Finding ten_join_at_once(const Subject& subject);
[[nodiscard]] Finding takes_in_what_is_committed_meanwhile(const Subject& subject);
[[nodiscard]] Finding applies_each_command_once_and_in_order(const Subject& subject);
[[nodiscard]] Finding does_not_apply_a_retried_command_twice(const Subject& subject);

// Logs that are not simply short (checks/votes.cpp)
[[nodiscard]] Finding replaces_a_diverged_tail(const Subject& subject);
[[nodiscard]] Finding keeps_what_it_acknowledged(const Subject& subject);
[[nodiscard]] Finding returns_a_vote_that_the_quorum_needs(const Subject& subject);

// Networks (checks/networks.cpp)
[[nodiscard]] Finding survives_loss(const Subject& subject);
[[nodiscard]] Finding survives_duplicates(const Subject& subject);
[[nodiscard]] Finding survives_disorder(const Subject& subject);
[[nodiscard]] Finding survives_partitions(const Subject& subject);
[[nodiscard]] Finding survives_everything_at_once(const Subject& subject);

// Deaths (checks/deaths.cpp)
[[nodiscard]] Finding survives_the_death_of_a_provider(const Subject& subject);
[[nodiscard]] Finding survives_a_change_of_leader(const Subject& subject);
[[nodiscard]] Finding survives_its_own_death_at_every_step(const Subject& subject);

// Providers that cannot be relied on (checks/providers.cpp)
[[nodiscard]] Finding passes_over_a_silent_provider(const Subject& subject);
[[nodiscard]] Finding waits_out_a_silence(const Subject& subject);
[[nodiscard]] Finding survives_garbage(const Subject& subject);
[[nodiscard]] Finding installs_no_wrong_byte(const Subject& subject);

// Manners (checks/manners.cpp)
[[nodiscard]] Finding stays_within_its_memory(const Subject& subject);
[[nodiscard]] Finding is_silent_once_done(const Subject& subject);
[[nodiscard]] Finding has_one_signature_for_each_setting(const Subject& subject);

/// Every check, in the order above, for programs that are no GoogleTest.
struct NamedCheck {
  std::string_view name;
  Check check;
};
[[nodiscard]] const std::vector<NamedCheck>& all_checks();

}  // namespace tessera::conformance
