#include "directed_world.h"

/// What a member that catches up needs of the leader's log stays, but not for ever and not however
/// much it is.
namespace tessera::tests {
namespace {

class Pin : public DirectedWorld {
 protected:
  Pin() : DirectedWorld(3, Gaps::all_need_sessions, retention) {}

  /// Member `lagging_` has a session that gets nowhere, while the leader goes on and stores its
  /// state.
  void SetUp() override {
    DirectedWorld::SetUp();
    leader_ = *leader();
    lagging_ = (leader_ + 1) % world_.nodes().size();
    world_.crash(lagging_);
    write();
    hold_sessions();
    world_.start(lagging_);
    ASSERT_TRUE(comes_true([this] { return status(lagging_).session.has_value(); }));
    target_ = status(lagging_).session->target.index;
    // The leader hears of it with the next heartbeat.
    world_.run_for(seconds{2});
    ASSERT_EQ(leader(), leader_);
  }
  /// Drops the leader's log as far as it may go; returns the position before what is left.
  Index prune() {
    write();
    ask(leader_, core::AdminAction::Kind::snapshot);
    world_.run_for(milliseconds{200});
    ask(leader_, core::AdminAction::Kind::prune);
    world_.run_for(milliseconds{200});
    return status(leader_).base.index;
  }

  static constexpr std::size_t retention = 4096;
  std::size_t leader_ = 0;
  std::size_t lagging_ = 0;
  Index target_;
};

TEST_F(Pin, HoldsTheLogBehindTheTargetOfASession) {
  EXPECT_EQ(prune(), target_);
  write();
  EXPECT_EQ(prune(), target_);
}

TEST_F(Pin, EndsWhenTwiceTheRetentionBudgetLiesBehindIt) {
  ASSERT_EQ(prune(), target_);
  Index base = target_;
  for (int count = 0; count < 1000 && base == target_; ++count) {
    for (int commands = 0; commands < 10; ++commands) write();
    base = prune();
  }
  EXPECT_GT(base, target_);
}

TEST_F(Pin, EndsWhenItsMemberHasBeenGoneForLongerThanASessionMayStall) {
  world_.crash(lagging_);
  world_.run_for(status(leader_).settings.stall_after / 2);
  EXPECT_EQ(prune(), target_) << "it may come back and go on";
  world_.run_for(status(leader_).settings.stall_after);
  EXPECT_GT(prune(), target_);
}

TEST_F(Pin, WhoseLogIsGoneStartsFromANewerState) {
  ASSERT_EQ(prune(), target_);
  for (Index base = target_; base == target_; base = prune()) {
    for (int commands = 0; commands < 10; ++commands) write();
  }
  let_sessions_go();
  EXPECT_TRUE(comes_true([this] { return status(lagging_).online; }));
}

}  // namespace
}  // namespace tessera::tests
