#include "directed_world.h"

/// One session at a time: it is not begun anew while it runs.
namespace tessera::tests {
namespace {

class OneSession : public DirectedWorld {
 protected:
  OneSession() : DirectedWorld(3, Gaps::all_need_sessions) {}

  /// Member `lagging_` comes back, lacks something, and has a session that gets nowhere.
  void SetUp() override {
    DirectedWorld::SetUp();
    lagging_ = (*leader() + 1) % world_.nodes().size();
    world_.crash(lagging_);
    write();
    hold_sessions();
    world_.start(lagging_);
    ASSERT_TRUE(comes_true([this] { return status(lagging_).session.has_value(); }));
  }
  void offer_again() {
    const core::Status& leading = status(*leader());
    core::SyncOffer offer;
    offer.term = leading.term;
    offer.target = leading.committed;
    offer.election_timeout = leading.settings.election_timeout;
    world_.node(lagging_).step(
        [&](core::GroupCore& core, TimePoint now) { core.receive(now, leading.self.peer, offer); });
  }

  std::size_t lagging_ = 0;
};

TEST_F(OneSession, GoesOnWhenItIsOfferedAgain) {
  const auto before = *status(lagging_).session;
  for (int count = 0; count < 3; ++count) {
    write();
    offer_again();
  }
  ASSERT_TRUE(status(lagging_).session);
  EXPECT_EQ(status(lagging_).session->number, before.number);
  EXPECT_EQ(status(lagging_).session->target, before.target);
  EXPECT_EQ(status(lagging_).sync_totals.sessions, before.number);
  EXPECT_FALSE(status(lagging_).last_session) << "none has ended";
}

TEST_F(OneSession, CatchesUpAfterAllOffers) {
  offer_again();
  let_sessions_go();
  ASSERT_TRUE(comes_true([this] { return status(lagging_).online; }));
  EXPECT_EQ(status(lagging_).sync_totals.sessions, 1U);
  EXPECT_EQ(status(lagging_).sync_totals.sessions_done, 1U);
}

}  // namespace
}  // namespace tessera::tests
