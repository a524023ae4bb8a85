#include "directed_world.h"

/// What a member does about a disk that is nearly full, beside refusing its callers' commands.
namespace tessera::tests {
namespace {

class AFullDisk : public DirectedWorld {
 protected:
  AFullDisk() : DirectedWorld(1) {}

  void fill() {
    world_.node(0).set_space(true);
    ASSERT_TRUE(comes_true([this] { return status(0).disk_short; }));
  }
  [[nodiscard]] std::optional<storage::SnapshotRef> in_force() {
    return world_.node(0).disk().durable().record().snapshot;
  }
};

TEST_F(AFullDisk, PrunesTheLogToTheSnapshotInForce) {
  ask(0, core::AdminAction::Kind::snapshot);
  ASSERT_TRUE(comes_true([this] { return in_force().has_value(); }));
  world_.run_for(milliseconds{100});
  ASSERT_LT(status(0).base.index, in_force()->position.index) << "with room the log is kept";
  fill();
  EXPECT_TRUE(comes_true([this] { return status(0).base == in_force()->position; }));
}

TEST_F(AFullDisk, TakesNothingFromAProviderEither) {
  bool is_full = false;
  std::optional<bool> taken;
  directions_.provider = [&](ProviderContext& cx) {
    if (is_full && !taken) taken = !cx.feed_command(Bytes::copy("a command"));
    cx.wake_at(cx.now() + milliseconds{50});
  };
  write();
  fill();
  is_full = true;
  ASSERT_TRUE(comes_true([&] { return taken.has_value(); }));
  EXPECT_FALSE(*taken) << "it is handed back";
}

}  // namespace
}  // namespace tessera::tests
