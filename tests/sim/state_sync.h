#pragma once

#include <tessera/conformance/kit/checks.h>
#include <tessera/conformance/kit/test_name.h>
#include <tessera/conformance/kit/typed_subject.h>
#include <tessera/conformance/kit/workload.h>
#include <tessera/tessera.h>

#include <gtest/gtest.h>

#include <string>

/// The conformance suite for StateSync strategies: anyone's strategy gets what the built-in ones
/// must pass, on anyone's machine, under the simulator.
///
///     template <> struct tessera::conformance::Workload<Ledger> { ... };      // see workload.h
///     TESSERA_STATE_SYNC_CONFORMANCE(Ledger, WholeState<Ledger>, tessera::LogReplay<Ledger>);
///
/// At global scope, once for each machine in a file. The strategies need not be the one that the
/// machine names. Each check is a test of its own, which says on failure what did not hold, for
/// which seed, and how the group stood; a run is deterministic. Link `tessera::conformance`.
namespace tessera::conformance {

template <class M, class S>
struct Pair {
  using Machine = M;
  using Strategy = S;
};

template <class M, class... S>
struct PairsOf {
  using Types = testing::Types<Pair<M, S>...>;
};

struct StrategyNames {
  template <class P>
  static std::string GetName(int /*index*/) {
    return name_of_type<typename P::Strategy>();
  }
};

template <class P>
class StateSyncConformance : public testing::Test {
 protected:
  /// Runs one check and fails the test with what it found.
  static void expect(Check check) {
    const TypedSubject<typename P::Machine, typename P::Strategy> subject;
    const Finding found = check(subject);
    EXPECT_FALSE(found.has_value()) << found.value_or("");
  }
  static Subject::Promises promises() {
    return TypedSubject<typename P::Machine, typename P::Strategy>().promises();
  }
};

TYPED_TEST_SUITE_P(StateSyncConformance);

TYPED_TEST_P(StateSyncConformance, ConvergesToEqualState) {
  this->expect(&converges_to_equal_state);
}
TYPED_TEST_P(StateSyncConformance, JoinsAPrunedGroup) { this->expect(&joins_a_pruned_group); }
TYPED_TEST_P(StateSyncConformance, JoinsAnEmptyGroup) { this->expect(&joins_an_empty_group); }
TYPED_TEST_P(StateSyncConformance, TenJoinAtOnce) { this->expect(&ten_join_at_once); }
TYPED_TEST_P(StateSyncConformance, TakesInWhatIsCommittedMeanwhile) {
  this->expect(&takes_in_what_is_committed_meanwhile);
}
TYPED_TEST_P(StateSyncConformance, AppliesEachCommandOnceAndInOrder) {
  this->expect(&applies_each_command_once_and_in_order);
}
TYPED_TEST_P(StateSyncConformance, DoesNotApplyARetriedCommandTwice) {
  this->expect(&does_not_apply_a_retried_command_twice);
}
TYPED_TEST_P(StateSyncConformance, ReplacesADivergedTail) {
  this->expect(&replaces_a_diverged_tail);
}
TYPED_TEST_P(StateSyncConformance, KeepsWhatItAcknowledged) {
  this->expect(&keeps_what_it_acknowledged);
}
TYPED_TEST_P(StateSyncConformance, ReturnsAVoteThatTheQuorumNeeds) {
  this->expect(&returns_a_vote_that_the_quorum_needs);
}
TYPED_TEST_P(StateSyncConformance, SurvivesLoss) { this->expect(&survives_loss); }
TYPED_TEST_P(StateSyncConformance, SurvivesDuplicates) { this->expect(&survives_duplicates); }
TYPED_TEST_P(StateSyncConformance, SurvivesDisorder) { this->expect(&survives_disorder); }
TYPED_TEST_P(StateSyncConformance, SurvivesPartitions) { this->expect(&survives_partitions); }
TYPED_TEST_P(StateSyncConformance, SurvivesEverythingAtOnce) {
  this->expect(&survives_everything_at_once);
}
TYPED_TEST_P(StateSyncConformance, SurvivesTheDeathOfAProvider) {
  this->expect(&survives_the_death_of_a_provider);
}
TYPED_TEST_P(StateSyncConformance, SurvivesAChangeOfLeader) {
  this->expect(&survives_a_change_of_leader);
}
TYPED_TEST_P(StateSyncConformance, SurvivesItsOwnDeathAtEveryStep) {
  this->expect(&survives_its_own_death_at_every_step);
}
TYPED_TEST_P(StateSyncConformance, PassesOverASilentProvider) {
  this->expect(&passes_over_a_silent_provider);
}
TYPED_TEST_P(StateSyncConformance, WaitsOutASilence) { this->expect(&waits_out_a_silence); }
TYPED_TEST_P(StateSyncConformance, SurvivesGarbage) { this->expect(&survives_garbage); }
TYPED_TEST_P(StateSyncConformance, InstallsNoWrongByte) {
  if (!this->promises().verifies) GTEST_SKIP() << "Settings<S>::verifies does not promise it";
  this->expect(&installs_no_wrong_byte);
}
TYPED_TEST_P(StateSyncConformance, StaysWithinItsMemory) { this->expect(&stays_within_its_memory); }
TYPED_TEST_P(StateSyncConformance, IsSilentOnceDone) { this->expect(&is_silent_once_done); }
TYPED_TEST_P(StateSyncConformance, HasOneSignatureForEachSetting) {
  this->expect(&has_one_signature_for_each_setting);
}

REGISTER_TYPED_TEST_SUITE_P(StateSyncConformance, ConvergesToEqualState, JoinsAPrunedGroup,
                            JoinsAnEmptyGroup, TenJoinAtOnce, TakesInWhatIsCommittedMeanwhile,
                            AppliesEachCommandOnceAndInOrder, DoesNotApplyARetriedCommandTwice,
                            ReplacesADivergedTail, KeepsWhatItAcknowledged,
                            ReturnsAVoteThatTheQuorumNeeds, SurvivesLoss, SurvivesDuplicates,
                            SurvivesDisorder, SurvivesPartitions, SurvivesEverythingAtOnce,
                            SurvivesTheDeathOfAProvider, SurvivesAChangeOfLeader,
                            SurvivesItsOwnDeathAtEveryStep, PassesOverASilentProvider,
                            WaitsOutASilence, SurvivesGarbage, InstallsNoWrongByte,
                            StaysWithinItsMemory, IsSilentOnceDone, HasOneSignatureForEachSetting);

}  // namespace tessera::conformance

// In steps, so that `__LINE__` has become a number when it is glued.
#define TESSERA_CONFORMANCE_GLUE(left, right) left##right
#define TESSERA_CONFORMANCE_NAMED(prefix, line, ...)                \
  TESSERA_CONFORMANCE_SUITE(TESSERA_CONFORMANCE_GLUE(prefix, line), \
                            TESSERA_CONFORMANCE_GLUE(PairsOfLine, line), __VA_ARGS__)
#define TESSERA_CONFORMANCE_SUITE(prefix, pairs, ...)                                 \
  namespace tessera::conformance {                                                    \
  using pairs = PairsOf<__VA_ARGS__>::Types;                                          \
  INSTANTIATE_TYPED_TEST_SUITE_P(prefix, StateSyncConformance, pairs, StrategyNames); \
  }                                                                                   \
  static_assert(true, "a semicolon may follow")

/// Tries strategies on a machine; the types are named as at global scope.
#define TESSERA_STATE_SYNC_CONFORMANCE(Machine, ...) \
  TESSERA_CONFORMANCE_NAMED(Line, __LINE__, Machine, __VA_ARGS__)
