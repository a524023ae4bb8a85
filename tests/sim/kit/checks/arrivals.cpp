#include <tessera/conformance/kit/attempt.h>

#include <string>

namespace tessera::conformance {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::size_t joiner = 3;
constexpr std::size_t commands = 300;

/// A session must have done the work: a leader that re-sends everything proves nothing.
void require_session(Stage& stage, std::size_t node) {
  if (stage.diary(node).finished > 0) return;
  throw sim::Broken({"the strategy", "did not say of any session that it was done"});
}

}  // namespace

Finding converges_to_equal_state(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    stage.found();
    stage.fill(commands);
    stage.start(joiner);
    stage.demand_caught_up(joiner);
    require_session(stage, joiner);
    // The referee has compared state and runtime part at every step; the group must also go on.
    stage.fill(commands / 10, joiner);
    stage.demand_recovery();
  });
}

Finding joins_a_pruned_group(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    stage.found();
    stage.fill(commands);
    stage.prune();
    stage.fill(commands / 10);
    stage.start(joiner);
    stage.demand_caught_up(joiner);
    require_session(stage, joiner);
    // It can do the same for the next one, and begin again from what it has.
    stage.prune();
    stage.crash(joiner);
    stage.fill(commands / 10);
    stage.start(joiner);
    stage.demand_caught_up(joiner);
    stage.demand_recovery();
  });
}

Finding joins_an_empty_group(const Subject& subject) {
  Stage::Options options;
  // A session, although nothing but the founding is missing.
  options.adjust = [](sim::Swarm& swarm) { swarm.group.inline_catch_up = 0; };
  return for_each_seed(subject, options, [](Stage& stage) {
    stage.found();
    stage.start(joiner);
    stage.demand_caught_up(joiner);
    stage.fill(1, joiner);
    stage.demand_recovery();
  });
}

Finding ten_join_at_once(const Subject& subject) {
  Stage::Options options;
  options.joiners = 10;
  return for_each_seed(subject, options, [](Stage& stage) {
    stage.found();
    stage.fill(commands / 2);
    for (std::size_t each = 3; each < 13; ++each) stage.start(each);
    for (std::size_t each = 3; each < 13; ++each) stage.demand_caught_up(each);
    stage.demand_recovery();
  });
}

Finding takes_in_what_is_committed_meanwhile(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    constexpr std::uint64_t sessions_max = 3;
    stage.found();
    stage.fill(commands);
    stage.load(0);
    stage.start(joiner);
    stage.demand("the joiner is online under load", seconds{60},
                 [&] { return stage.status(joiner).online && !stage.status(joiner).session; });
    stage.world().run_for(seconds{2});
    const Diary& seen = stage.diary(joiner);
    if (seen.left_behind > 0) {
      throw sim::Broken({"the strategy",
                         "ended a session while it held entries that continue the "
                         "log and had not appended them"});
    }
    if (seen.sessions > sessions_max) {
      throw sim::Broken({"the strategy", "needed " + std::to_string(seen.sessions) +
                                             " sessions under load, where " +
                                             std::to_string(sessions_max) + " must do"});
    }
    stage.end_load();
    stage.demand_caught_up(joiner);
    require_session(stage, joiner);
    stage.demand_recovery();
  });
}

Finding applies_each_command_once_and_in_order(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    stage.found();
    stage.load(1);
    stage.world().run_for(seconds{1});
    stage.start(joiner);
    // Away and back again, at each time with something missing.
    for (int round = 0; round < 4; ++round) {
      stage.demand("the joiner has a session behind it", seconds{60},
                   [&] { return stage.status(joiner).online && !stage.status(joiner).session; });
      stage.isolate(joiner);
      stage.world().run_for(seconds{1});
      stage.heal();
      stage.world().run_for(milliseconds{500});
    }
    stage.end_load();
    stage.demand_caught_up(joiner);
    require_session(stage, joiner);
    stage.demand_recovery();
  });
}

Finding does_not_apply_a_retried_command_twice(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    stage.found();
    stage.fill(commands / 3);
    const std::size_t leader = stage.leader();
    const std::size_t caller = stage.follower();
    // Its command gets through and is committed, but the caller's member does not hear of it.
    stage.fill(1, caller);
    stage.world().network().block({{leader, caller}});
    stage.world().clients().call(sim::Operation::Kind::execute, caller);
    const Index before = stage.world().chronicle().last();
    stage.demand("the command is committed", seconds{5},
                 [&] { return stage.world().chronicle().last() > before; });
    // The joiner takes it over as part of the state, with what is known of the caller's session.
    stage.start(joiner);
    stage.demand_caught_up(joiner);
    require_session(stage, joiner);
    // The next leader is sent it again.
    stage.crash(leader);
    stage.heal();
    stage.demand("the command is committed again", seconds{20}, [&] {
      return stage.world().chronicle().sessions().tally().repeated > 0 ||
             stage.world().clients().pending() == 0;
    });
    stage.demand_recovery();
  });
}

}  // namespace tessera::conformance
