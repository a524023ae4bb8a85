#include <tessera/conformance/kit/checks.h>

namespace tessera::conformance {

const std::vector<NamedCheck>& all_checks() {
  static const std::vector<NamedCheck> checks{
      {"converges_to_equal_state", &converges_to_equal_state},
      {"joins_a_pruned_group", &joins_a_pruned_group},
      {"joins_an_empty_group", &joins_an_empty_group},
      {"ten_join_at_once", &ten_join_at_once},
      {"takes_in_what_is_committed_meanwhile", &takes_in_what_is_committed_meanwhile},
      {"applies_each_command_once_and_in_order", &applies_each_command_once_and_in_order},
      {"does_not_apply_a_retried_command_twice", &does_not_apply_a_retried_command_twice},
      {"replaces_a_diverged_tail", &replaces_a_diverged_tail},
      {"keeps_what_it_acknowledged", &keeps_what_it_acknowledged},
      {"returns_a_vote_that_the_quorum_needs", &returns_a_vote_that_the_quorum_needs},
      {"survives_loss", &survives_loss},
      {"survives_duplicates", &survives_duplicates},
      {"survives_disorder", &survives_disorder},
      {"survives_partitions", &survives_partitions},
      {"survives_everything_at_once", &survives_everything_at_once},
      {"survives_the_death_of_a_provider", &survives_the_death_of_a_provider},
      {"survives_a_change_of_leader", &survives_a_change_of_leader},
      {"survives_its_own_death_at_every_step", &survives_its_own_death_at_every_step},
      {"passes_over_a_silent_provider", &passes_over_a_silent_provider},
      {"waits_out_a_silence", &waits_out_a_silence},
      {"survives_garbage", &survives_garbage},
      {"installs_no_wrong_byte", &installs_no_wrong_byte},
      {"stays_within_its_memory", &stays_within_its_memory},
      {"is_silent_once_done", &is_silent_once_done},
      {"has_one_signature_for_each_setting", &has_one_signature_for_each_setting},
  };
  return checks;
}

}  // namespace tessera::conformance
