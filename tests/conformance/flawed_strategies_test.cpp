#include "flawed.h"
#include <tessera/conformance/kit/checks.h>
#include <tessera/conformance/kit/typed_subject.h>

#include <gtest/gtest.h>

/// A suite that passes everything proves nothing: each of these strategies is wrong in one way, and
/// the check that is there for it must say so, while it has nothing to say of the sound one.
namespace tessera::conformance::tests {
namespace {

template <Flaw flaw>
std::string finding(Check check) {
  const TypedSubject<Stock, Flawed<flaw>> subject;
  return check(subject).value_or("nothing");
}

template <Flaw flaw>
void expect_found(Check check, std::string_view words) {
  EXPECT_EQ(finding<Flaw::none>(check), "nothing");
  const std::string found = finding<flaw>(check);
  EXPECT_NE(found.find(words), std::string::npos) << found;
}

TEST(FlawedStrategy, X06_ThatEndsBeforeItHoldsAnythingIsSeen) {
  expect_found<Flaw::ends_at_once>(&converges_to_equal_state, "says it is done at");
}

TEST(FlawedStrategy, X06_ThatNeverEndsIsSeen) {
  expect_found<Flaw::never_ends>(&converges_to_equal_state, "member 3 has caught up");
}

TEST(FlawedStrategy, X06_ThatDropsABufferedEntryIsSeen) {
  expect_found<Flaw::drops_entries>(&takes_in_what_is_committed_meanwhile, "continue the log");
}

TEST(FlawedStrategy, X06_ThatInstallsBeforeItVerifiesIsSeen) {
  expect_found<Flaw::installs_unverified>(&installs_no_wrong_byte, "seed");
}

TEST(FlawedStrategy, X06_ThatForgetsItsTimeoutIsSeen) {
  expect_found<Flaw::asks_once>(&waits_out_a_silence, "member 3 has caught up");
}

TEST(FlawedStrategy, X06_ThatReliesOnOnePeerIsSeen) {
  expect_found<Flaw::asks_one_peer>(&passes_over_a_silent_provider, "member 3 has caught up");
}

TEST(FlawedStrategy, X06_ThatLosesTheAnchorsSessionTableIsSeen) {
  expect_found<Flaw::loses_sessions>(&does_not_apply_a_retried_command_twice, "seed");
}

TEST(FlawedStrategy, X06_ThatCombinesAStateWithAnotherAnchorIsSeen) {
  expect_found<Flaw::old_state>(&ten_join_at_once, "is not that of the committed log");
}

TEST(FlawedStrategy, X06_ThatWaitsForAPositionAboveCommitIsSeen) {
  expect_found<Flaw::waits_above_commit>(&returns_a_vote_that_the_quorum_needs,
                                         "with the vote of the member that lagged");
}

TEST(FlawedStrategy, X06_ThatPrunesWhatItNeedsIsSeen) {
  expect_found<Flaw::needs_history>(&joins_a_pruned_group, "member 3 has caught up");
}

TEST(FlawedStrategy, X06_ThatTakesADivergedTailForTheLogIsSeen) {
  expect_found<Flaw::compares_lengths>(&replaces_a_diverged_tail, "has caught up");
}

TEST(FlawedStrategy, X06_ThatGoesOnTalkingIsSeen) {
  expect_found<Flaw::talks_on>(&is_silent_once_done, "in which nobody lags");
}

TEST(FlawedStrategy, X06_ThatHoardsIsSeen) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer stands in for the allocator that is asked";
#endif
  expect_found<Flaw::hoards>(&stays_within_its_memory, "beside what is left of it");
}

TEST(FlawedStrategy, X06_ThatSignsAllSettingsAlikeIsSeen) {
  expect_found<Flaw::one_signature>(&has_one_signature_for_each_setting, "would meet");
}

}  // namespace
}  // namespace tessera::conformance::tests
