#pragma once

#include "directed_strategy.h"
#include <tessera/conformance/machines.h>
#include <tessera/conformance/world.h>

#include <gtest/gtest.h>

/// A small language for tests of catching up: a group of real cores on simulated disks that ships
/// whole states, with directed strategies, and the referee's word on every step.
namespace tessera::tests {

using std::chrono::milliseconds;
using std::chrono::seconds;

class DirectedWorld : public ::testing::Test {
 protected:
  /// Whoever lacks anything catches up in a session, or only who lacks much.
  enum class Gaps : std::uint8_t { all_need_sessions, long_ones_do };
  /// `retention`: see `CoreLimits::retention_max`; 0: as it is.
  explicit DirectedWorld(std::size_t nodes, Gaps gaps = Gaps::long_ones_do,
                         std::uint64_t retention = 0)
      : world_({swarm(nodes, gaps, retention), {}}, detail, cast()) {}

  void SetUp() override {
    for (std::size_t node = 0; node < world_.nodes().size(); ++node) world_.start(node);
    ASSERT_TRUE(comes_true([this] { return leader().has_value(); }));
    write();
  }

  bool comes_true(const std::function<bool()>& condition, Duration within = seconds{20}) {
    return world_.run_until(world_.queue().now() + within, condition);
  }
  [[nodiscard]] std::optional<std::size_t> leader() const {
    for (const auto& node : world_.nodes()) {
      if (node->up() && node->status().role == core::Role::leader) return node->index();
    }
    return std::nullopt;
  }
  /// A command is executed, through the leader.
  void write() {
    ASSERT_TRUE(leader());
    const std::size_t call = world_.clients().call(sim::Operation::Kind::execute, *leader());
    ASSERT_TRUE(comes_true([&] { return world_.clients().operation(call).succeeded(); }));
  }
  void ask(std::size_t node, core::AdminAction::Kind what, const GroupSettings& settings = {}) {
    const core::RequestId request(sim::Stewards::first_request + asked_++);
    world_.node(node).step([&](core::GroupCore& core, TimePoint now) {
      core.admin(now, request, {what, {}, settings});
    });
  }
  [[nodiscard]] const core::Status& status(std::size_t node) { return world_.node(node).status(); }
  /// Sessions get nowhere from now on, and look now and then whether they may.
  void hold_sessions() {
    directions_.poll = [](CatchUpSession&, SessionContext& cx) {
      cx.wake_at(cx.now() + milliseconds{50});
      return std::optional<Cursor>();
    };
  }
  /// They do what they are for. Of two requests to be polled again the earlier stands, so what the
  /// real one asked for may be lost to the one above.
  void let_sessions_go() {
    directions_.poll = [](CatchUpSession& real, SessionContext& cx) {
      cx.wake_at(cx.now() + milliseconds{50});
      return real.poll(cx);
    };
  }

  Directions directions_;

 private:
  static constexpr auto detail = sim::Trace::Detail::hash;

  static sim::Swarm swarm(std::size_t nodes, Gaps gaps, std::uint64_t retention) {
    sim::Swarm swarm;
    swarm.seed = 1;
    swarm.nodes = nodes;
    swarm.limits.apply_batch_max = 1;  // the referee sees every position
    if (retention != 0) swarm.limits.retention_max = retention;
    if (gaps == Gaps::all_need_sessions) swarm.group.inline_catch_up = 0;
    return swarm;
  }
  sim::Cast cast() {
    constexpr auto strategy = sim::Swarm::Strategy::whole_state;
    sim::Cast cast = sim::tape_cast(strategy);
    cast.make_machine = [this](std::size_t, const sim::Chronicle&) {
      sim::MachineParts parts = sim::make_machine(strategy);
      parts.strategy = std::make_shared<DirectedStrategy>(parts.strategy, directions_);
      return parts;
    };
    return cast;
  }

  std::uint64_t asked_ = 0;

 protected:
  sim::World world_;
};

}  // namespace tessera::tests
