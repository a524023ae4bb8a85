#include <tessera/groups/core/membership/plan.h>

#include <gtest/gtest.h>

/// "Membership that runs itself" (consensus.md), rule by rule.
namespace tessera::core {
namespace {

using std::chrono::seconds;

MemberId node(int number, int store = 1) {
  const std::string name = std::to_string(number);
  return {PeerId(UniqueId::from("peer " + name)),
          StorageId(UniqueId::from("store " + name + "/" + std::to_string(store)))};
}

/// A view in which node 1 leads, everybody answers, and all have done so for two minutes.
class Membership : public testing::Test {
 protected:
  void members(int voters, int learners) {
    for (int number = 1; number <= voters + learners; ++number) {
      (number <= voters ? view_.present.voters : view_.present.learners).insert(node(number));
      if (number > 1) answers(node(number));
    }
    view_.self = node(1);
  }
  MemberFacts& answers(const MemberId& member) {
    MemberFacts& facts = view_.facts[member];
    facts.bonded_since = facts.answering_since = now_ - seconds{120};
    facts.last_answer = now_;
    facts.caught_up = true;
    return facts;
  }
  void silent_for(const MemberId& member, Duration length) {
    view_.facts[member].last_answer = now_ - length;
    view_.facts[member].bonded_since.reset();
  }
  [[nodiscard]] std::optional<Configuration> plan() const {
    const auto made = plan_membership(view_, now_);
    return made ? std::optional(made->next) : std::nullopt;
  }

  MembershipView view_;
  TimePoint now_{seconds{10'000}};
};

TEST_F(Membership, NothingIsChangedWithoutNeed) {
  members(3, 1);
  EXPECT_EQ(plan(), std::nullopt);
}

TEST_F(Membership, APeerBondedForTenHeartbeatsBecomesALearner) {
  members(3, 0);
  MemberFacts& guest = view_.facts[node(4)];
  guest.bonded_since = now_ - view_.settings.heartbeat * heartbeats_bonded + Duration{1};
  EXPECT_EQ(plan(), std::nullopt);
  guest.bonded_since = now_ - view_.settings.heartbeat * heartbeats_bonded;
  ASSERT_TRUE(plan());
  EXPECT_TRUE(plan()->learners.contains(node(4)));
}

TEST_F(Membership, ALearnerOnANewStoreTakesItsOwnPlace) {
  members(3, 1);
  answers(node(4, 2));
  ASSERT_TRUE(plan());
  EXPECT_EQ(plan()->learners, std::set<MemberId>{node(4, 2)});
}

TEST_F(Membership, WhoLeavesIsNotAddedAgain) {
  members(3, 0);
  answers(node(4)).leaving = true;
  EXPECT_EQ(plan(), std::nullopt);
}

TEST_F(Membership, LearnersSilentForForgetAfterAreDroppedTogether) {
  members(3, 2);
  view_.settings.committee_target = 3;
  silent_for(node(4), view_.settings.forget_after);
  silent_for(node(5), view_.settings.forget_after - Duration{1});
  ASSERT_TRUE(plan());
  EXPECT_EQ(plan()->learners, std::set<MemberId>{node(5)});
  silent_for(node(5), view_.settings.forget_after);
  EXPECT_TRUE(plan()->learners.empty());
}

TEST_F(Membership, AGroupGrowsByTwoUpToItsTarget) {
  members(3, 2);
  ASSERT_TRUE(plan());
  EXPECT_EQ(plan()->voters.size(), 5U);
  view_.settings.committee_target = 4;
  EXPECT_EQ(plan(), std::nullopt);
}

TEST_F(Membership, AGroupOfOneGetsItsSecondAndThirdTogether) {
  members(1, 1);
  EXPECT_EQ(plan(), std::nullopt);
  view_.present.learners.insert(node(3));
  answers(node(3));
  ASSERT_TRUE(plan());
  EXPECT_EQ(plan()->voters.size(), 3U);
}

TEST_F(Membership, AnEvenNumberIsMadeOddByOneStandby) {
  members(2, 1);
  ASSERT_TRUE(plan());
  EXPECT_EQ(plan()->voters.size(), 3U);
}

TEST_F(Membership, OnlyCaughtUpMembersThatAnswerAndGiveEnoughArePromoted) {
  members(2, 1);
  view_.facts[node(3)].caught_up = false;
  EXPECT_EQ(plan(), std::nullopt);
  answers(node(3)).durability = Durability::memory;
  EXPECT_EQ(plan(), std::nullopt);
  answers(node(3)).durability = Durability::fsync;
  view_.facts[node(3)].observer = true;
  EXPECT_EQ(plan(), std::nullopt);
  view_.facts[node(3)].observer = false;
  view_.present.held_back.insert(node(3));
  EXPECT_EQ(plan(), std::nullopt);
  view_.present.held_back.clear();
  view_.facts[node(3)].last_answer = now_ - view_.settings.election_timeout - Duration{1};
  EXPECT_EQ(plan(), std::nullopt);
}

TEST_F(Membership, AVoterSilentForReplaceAfterIsReplacedByAStandby) {
  members(3, 1);
  silent_for(node(2), replace_after(view_.settings) - Duration{1});
  EXPECT_EQ(plan(), std::nullopt);
  silent_for(node(2), replace_after(view_.settings));
  ASSERT_TRUE(plan());
  EXPECT_EQ(plan()->voters, (std::set<MemberId>{node(1), node(3), node(4)}));
  EXPECT_TRUE(plan()->learners.empty());
}

TEST_F(Membership, ReplaceAfterIsNeverLessThanTenElectionTimeouts) {
  view_.settings.replace_after = std::chrono::milliseconds{1};
  EXPECT_EQ(replace_after(view_.settings), view_.settings.election_timeout * 10);
}

TEST_F(Membership, AStandbyMustHaveAnsweredForAsLong) {
  members(3, 1);
  silent_for(node(2), replace_after(view_.settings));
  view_.facts[node(4)].answering_since = now_ - replace_after(view_.settings) + Duration{1};
  EXPECT_EQ(plan(), std::nullopt);
}

TEST_F(Membership, WithoutAStandbyNobodyIsReplaced) {
  members(3, 0);
  silent_for(node(2), seconds{1000});
  EXPECT_EQ(plan(), std::nullopt);
}

TEST_F(Membership, TheNextReplacementWaitsForReplaceAfter) {
  members(5, 2);
  silent_for(node(2), seconds{1000});
  silent_for(node(3), seconds{1000});
  view_.log_time = std::chrono::hours{1};
  ASSERT_TRUE(plan());
  EXPECT_EQ(plan()->replaced_at, view_.log_time);
  const Configuration next = *plan();
  EXPECT_EQ(next.voters.size(), 5U);
  EXPECT_EQ(next.voters.contains(node(2)) + next.voters.contains(node(3)), 1);

  view_.present = next;
  view_.log_time += seconds{59};
  EXPECT_EQ(plan(), std::nullopt);
  view_.log_time += seconds{1};
  EXPECT_TRUE(plan());
}

TEST_F(Membership, NobodyIsReplacedIfTheNewSetWouldLackAMajorityThatAnswers) {
  members(5, 1);
  for (int number : {2, 3, 4}) silent_for(node(number), seconds{1000});
  silent_for(node(5), seconds{1});
  view_.facts[node(5)].last_answer = now_ - view_.settings.election_timeout - Duration{1};
  EXPECT_EQ(plan(), std::nullopt);
}

TEST_F(Membership, AVoterBackOnANewStoreIsSwappedInAsSoonAsItHasCaughtUp) {
  members(3, 0);
  silent_for(node(2), Duration{seconds{2}});
  view_.present.learners.insert(node(2, 2));
  answers(node(2, 2)).answering_since = now_ - seconds{1};
  view_.facts[node(2, 2)].caught_up = false;
  EXPECT_EQ(plan(), std::nullopt);
  view_.facts[node(2, 2)].caught_up = true;
  ASSERT_TRUE(plan());
  EXPECT_EQ(plan()->voters, (std::set<MemberId>{node(1), node(2, 2), node(3)}));
  EXPECT_TRUE(plan()->learners.empty());
}

TEST_F(Membership, AnObserverIsReleasedFromItsVote) {
  members(3, 1);
  view_.facts[node(2)].observer = true;
  ASSERT_TRUE(plan());
  EXPECT_EQ(plan()->voters, (std::set<MemberId>{node(1), node(3), node(4)}));
  EXPECT_TRUE(plan()->learners.contains(node(2)));
}

TEST_F(Membership, TheNumberOfVotersNeverFallsByItself) {
  members(5, 0);
  for (int number : {2, 3}) silent_for(node(number), seconds{100'000});
  EXPECT_EQ(plan(), std::nullopt);
}

TEST_F(Membership, SaysWhenTheNextChangeMayBeDue) {
  members(3, 1);
  silent_for(node(2), seconds{50});
  const auto due = next_membership_due(view_, now_);
  ASSERT_TRUE(due);
  EXPECT_EQ(*due, now_ + seconds{10});
}

}  // namespace
}  // namespace tessera::core
