#include "directed_world.h"
#include <tessera/conformance/tape.h>
#include <tessera/primitives/codec.h>

/// One installation at a time: while a state is on its way to the store, anchor and machine are of
/// two positions, and nothing else is decided or installed.
namespace tessera::tests {
namespace {

class OneInstallation : public DirectedWorld {
 protected:
  OneInstallation() : DirectedWorld(3, Gaps::all_need_sessions) {}

  /// Member `lagging_` comes back, lacks something, and is about to fetch it.
  void SetUp() override {
    DirectedWorld::SetUp();
    lagging_ = (*leader() + 1) % world_.nodes().size();
    world_.crash(lagging_);
    write();
    directions_.poll = [this](CatchUpSession& real, SessionContext& cx) { return poll(real, cx); };
  }
  /// Its session has asked for the installation of what it fetched, which the disk keeps waiting.
  void install_slowly() {
    world_.start(lagging_);
    ASSERT_TRUE(comes_true([this] { return installs_; }));
  }
  void expect_caught_up() {
    world_.node(lagging_).disk().let_go();
    ASSERT_TRUE(comes_true([this] { return status(lagging_).online; }));
    EXPECT_EQ(status(lagging_).sync_totals.sessions, 1U);
    // Both have applied the same; what they hold is compared by the referee, here once more.
    ASSERT_TRUE(
        comes_true([this] { return status(lagging_).applied == status(*leader()).applied; }));
    EXPECT_EQ(world_.node(lagging_).tape(), world_.node(*leader()).tape());
  }

  std::size_t lagging_ = 0;
  bool installs_ = false;
  std::size_t polls_while_installing_ = 0;
  Waker wake_;  ///< its strategy's

 private:
  [[nodiscard]] bool is_held() { return world_.node(lagging_).disk().unsynced() > 0; }

  std::optional<Cursor> poll(CatchUpSession& real, SessionContext& cx) {
    if (installs_) {
      if (is_held()) ++polls_while_installing_;
      cx.wake();
      return is_held() ? std::nullopt : std::optional(cx.committed());
    }
    const Cursor before = cx.applied();
    real.poll(cx);
    if (cx.applied() == before) return std::nullopt;
    installs_ = true;
    wake_ = cx.waker();
    world_.node(lagging_).disk().hold();
    cx.read_log(cx.applied().index, 1);
    cx.wake();
    return std::nullopt;
  }
};

TEST_F(OneInstallation, IsWaitedForBeforeTheSessionIsAskedAgain) {
  install_slowly();
  for (int count = 0; count < 3; ++count) {
    wake_();
    world_.run_for(milliseconds{100});
  }
  EXPECT_EQ(polls_while_installing_, 0U);
  expect_caught_up();
}

TEST_F(OneInstallation, IsNotDisturbedByAnotherOne) {
  bool asked = false;
  directions_.entries_read = [&](SessionContext& cx) {
    asked = installs_;
    // A later state, which loads; but its anchor is none.
    Anchor::Parts parts;
    parts.position = {cx.applied().term, cx.applied().index + 100};
    cx.install(Anchor(std::move(parts)), encode(sim::Tape{}));
  };
  install_slowly();
  ASSERT_TRUE(comes_true([&] { return asked; })) << "what was asked of the log comes meanwhile";
  expect_caught_up();
}

}  // namespace
}  // namespace tessera::tests
