#pragma once

#include <tessera/conformance/invariant.h>

#include <memory>
#include <vector>

/// Every invariant, one a file.
namespace tessera::sim {

using InvariantPointer = std::unique_ptr<Invariant>;
using AllNodes = std::vector<std::unique_ptr<Node>>;

/// Commits follow a quorum of durable logs and never change. Writes the chronicle.
[[nodiscard]] InvariantPointer make_committed(Chronicle& chronicle, const AllNodes& nodes);
/// One leader a term.
[[nodiscard]] InvariantPointer make_election_safety(const Chronicle& chronicle);
/// One vote a term for each store, over restarts.
[[nodiscard]] InvariantPointer make_single_vote(const Chronicle& chronicle);
/// A leader holds everything that was committed in earlier terms.
[[nodiscard]] InvariantPointer make_leader_completeness(const Chronicle& chronicle);
/// A leader only ever adds to its log.
[[nodiscard]] InvariantPointer make_leader_append_only(const Chronicle& chronicle);
/// Term, commit and applied never fall, and stand in order.
[[nodiscard]] InvariantPointer make_monotonic(const Chronicle& chronicle);
/// Index and term say what an entry is and what it follows.
[[nodiscard]] InvariantPointer make_log_matching(const Chronicle& chronicle);
/// Nothing is promised before it is durable.
[[nodiscard]] InvariantPointer make_durable_promises(const Chronicle& chronicle);
/// What is committed and on a disk stays there.
[[nodiscard]] InvariantPointer make_kept_commits(const Chronicle& chronicle);
/// The configuration is a function of log and snapshot.
[[nodiscard]] InvariantPointer make_configuration_from_log(const Chronicle& chronicle);
/// Exactly the committed commands are applied, once and in order; equal positions, equal states.
[[nodiscard]] InvariantPointer make_applied(const Chronicle& chronicle);
/// What a caller was told of a command is true for ever.
[[nodiscard]] InvariantPointer make_acknowledged(const Chronicle& chronicle);
/// A command runs once, whatever was sent; equal positions, equal runtime parts.
[[nodiscard]] InvariantPointer make_exactly_once(const Chronicle& chronicle);
/// A strong read sees every command acknowledged before it began.
[[nodiscard]] InvariantPointer make_fresh_reads(const Chronicle& chronicle);
/// One founding at most comes to anything, and nobody acts in one that it has abandoned.
[[nodiscard]] InvariantPointer make_one_genesis(const Chronicle& chronicle);
/// Members change only as the thesis allows, and votes are lost only by request.
[[nodiscard]] InvariantPointer make_sound_changes(const Chronicle& chronicle);
/// Messages are whole and within their bounds.
[[nodiscard]] InvariantPointer make_sound_messages(const Chronicle& chronicle);
/// Pruned <= snapshot <= commit.
[[nodiscard]] InvariantPointer make_ordered_store(const Chronicle& chronicle);
/// What is acknowledged is what the leader holds; once committed, its store keeps it for ever.
[[nodiscard]] InvariantPointer make_kept_acknowledgements(const Chronicle& chronicle,
                                                          const AllNodes& nodes);
/// What is not committed, and what a session was handed, is within its bounds.
[[nodiscard]] InvariantPointer make_bounded_queues(const Chronicle& chronicle);
/// Who is short of space takes no commands.
[[nodiscard]] InvariantPointer make_full_disks(const Chronicle& chronicle);
/// A group falls asleep only when all hold the same, committed.
[[nodiscard]] InvariantPointer make_sound_sleep(const Chronicle& chronicle, const AllNodes& nodes);
/// A disk that was put back to an earlier copy takes no part under its old storage id.
[[nodiscard]] InvariantPointer make_old_copies(const Chronicle& chronicle, const AllNodes& nodes);

/// All of them, the one that writes the chronicle first.
[[nodiscard]] std::vector<InvariantPointer> make_invariants(Chronicle& chronicle,
                                                            const AllNodes& nodes);

}  // namespace tessera::sim
