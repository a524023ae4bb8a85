#include <tessera/conformance/invariants/all.h>

namespace tessera::sim {

std::vector<InvariantPointer> make_invariants(Chronicle& chronicle, const AllNodes& nodes) {
  std::vector<InvariantPointer> all;
  all.push_back(make_committed(chronicle, nodes));
  all.push_back(make_election_safety(chronicle));
  all.push_back(make_single_vote(chronicle));
  all.push_back(make_leader_completeness(chronicle));
  all.push_back(make_leader_append_only(chronicle));
  all.push_back(make_monotonic(chronicle));
  all.push_back(make_log_matching(chronicle));
  all.push_back(make_durable_promises(chronicle));
  all.push_back(make_kept_commits(chronicle));
  all.push_back(make_configuration_from_log(chronicle));
  all.push_back(make_exactly_once(chronicle));
  all.push_back(make_applied(chronicle));
  all.push_back(make_acknowledged(chronicle));
  all.push_back(make_fresh_reads(chronicle));
  all.push_back(make_one_genesis(chronicle));
  all.push_back(make_sound_messages(chronicle));
  all.push_back(make_sound_changes(chronicle));
  all.push_back(make_ordered_store(chronicle));
  all.push_back(make_kept_acknowledgements(chronicle, nodes));
  all.push_back(make_old_copies(chronicle, nodes));
  all.push_back(make_full_disks(chronicle));
  all.push_back(make_sound_sleep(chronicle, nodes));
  all.push_back(make_bounded_queues(chronicle));
  return all;
}

}  // namespace tessera::sim
