#include "../raft/raft_fixture.h"
#include <tessera/groups/core/admin/desk.h>

namespace tessera::core {
namespace {

/// A leader of three whose first entry is committed; 2 answers, of 3 a test says whether it does.
class Desk : public RaftTest {
 protected:
  void SetUp() override {
    start({});
    lead();
    accept(2, raft_->log().last().index.value());
    view_.self = member(1);
    view_.present = raft_->configurations().in_force();
    hears(2, now_);
  }
  void hears(int number, TimePoint when) {
    MemberFacts& facts = view_.facts[member(number)];
    facts.answering_since = when;
    facts.last_answer = when;
  }
  void ask_for_transfer(int number) { ask(AdminAction::Kind::transfer, number); }
  void ask(AdminAction::Kind kind, int number) {
    AdminRequest request;
    request.number = ++asked_;
    request.action.kind = kind;
    request.action.peer = member(number).peer;
    desk_.receive(now_, member(2).peer, request);
  }

  MembershipView view_;
  AdminDesk desk_;
  std::uint64_t asked_ = 0;
};

TEST_F(Desk, LeadershipMovesOnlyToWhoAnswersSoThatWritesGoOnMeanwhile) {
  hears(3, now_ - 2 * settings_.election_timeout);
  ask_for_transfer(3);
  EXPECT_TRUE(desk_.work(now_, *raft_, view_).empty());
  EXPECT_FALSE(raft_->transfers());
  EXPECT_TRUE(raft_->propose(now_, EntryKind::command, Bytes::copy("a write")));
  hears(3, now_);
  EXPECT_TRUE(desk_.work(now_, *raft_, view_).empty());
  EXPECT_TRUE(raft_->transfers());
}

TEST_F(Desk, AWishThatHasToWaitHoldsUpNoOther) {
  view_.present.learners.insert(member(4));
  ask(AdminAction::Kind::promote, 4);  // it has not caught up
  ask(AdminAction::Kind::transfer, 1);
  const auto answers = desk_.work(now_, *raft_, view_);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].response.number, 2U);
}

TEST_F(Desk, MoreDurabilityIsAskedOnlyOfVotersThatGiveIt) {
  view_.settings.durability = Durability::memory;
  const auto answer = [&] {
    AdminRequest request;
    request.number = ++asked_;
    request.action.kind = AdminAction::Kind::configure;
    request.action.settings = settings_;
    request.action.settings.durability = Durability::fsync;
    desk_.receive(now_, member(2).peer, request);
    const auto answers = desk_.work(now_, *raft_, view_);
    return answers.empty() ? AdminResponse{} : answers[0].response;
  };
  EXPECT_EQ(answer().error, Errc::not_allowed);  // 3 is not here
  view_.facts[member(2)].bonded_since = now_;
  view_.facts[member(3)].bonded_since = now_;
  view_.facts[member(3)].durability = Durability::memory;
  const AdminResponse refused = answer();
  EXPECT_EQ(refused.error, Errc::not_allowed);
  EXPECT_NE(refused.message.find(member(3).peer.brief()), std::string::npos) << refused.message;
  view_.facts[member(3)].durability = Durability::fsync;
  EXPECT_EQ(answer().error, Errc{});
}

TEST_F(Desk, AWishThatNobodyRepeatsIsForgotten) {
  view_.present.learners.insert(member(4));
  ask(AdminAction::Kind::promote, 4);
  EXPECT_TRUE(desk_.work(now_, *raft_, view_).empty());
  MemberFacts& facts = view_.facts[member(4)];
  facts.caught_up = true;
  now_ += settings_.election_timeout * (AdminDesk::timeouts_kept + 1);
  hears(4, now_);
  EXPECT_TRUE(desk_.work(now_, *raft_, view_).empty());
  EXPECT_FALSE(raft_->configurations().in_force().joint());
}

TEST_F(Desk, TheLastVoterKeepsItsVote) {
  view_.present.voters = {member(1)};
  ask(AdminAction::Kind::demote, 1);
  ask(AdminAction::Kind::remove, 1);
  const auto answers = desk_.work(now_, *raft_, view_);
  ASSERT_EQ(answers.size(), 2U);
  for (const auto& answer : answers) EXPECT_EQ(answer.response.error, Errc::last_voter);
}

TEST_F(Desk, WhatWouldLeaveNoMajorityThatAnswersIsRefused) {
  hears(3, now_ - 2 * settings_.election_timeout);
  ask(AdminAction::Kind::remove, 2);
  const auto answers = desk_.work(now_, *raft_, view_);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].response.error, Errc::not_allowed);
  EXPECT_TRUE(desk_.leaving().empty());
}

}  // namespace
}  // namespace tessera::core
