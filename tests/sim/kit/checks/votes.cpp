#include <tessera/conformance/kit/attempt.h>

#include <string>

namespace tessera::conformance {

using sim::Operation;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Somebody hands over `count` commands at `node`, outside of client sessions: they are appended
/// at once if it leads.
void feed(Stage& stage, std::size_t node, std::size_t count) {
  for (std::size_t made = 0; made < count; ++made) {
    stage.world().clients().call(Operation::Kind::feed, node);
  }
}

/// A deposed leader has `tail` entries that were never committed.
Finding diverges(const Subject& subject, std::size_t tail) {
  Stage::Options options;
  options.joiners = 0;
  return for_each_seed(subject, options, [tail](Stage& stage) {
    stage.found();
    stage.fill(50);
    const std::size_t deposed = stage.leader();
    // What it still appends reaches nobody; the others go on without it.
    stage.isolate(deposed);
    feed(stage, deposed, tail);
    stage.world().run_for(milliseconds{200});
    const core::Status& seen = stage.status(deposed);
    stage.require_scene(seen.last > seen.committed, "no tail that was never committed");
    stage.demand("the others elect a leader", seconds{10},
                 [&] { return stage.leader() != deposed; });
    stage.fill(200, stage.leader());
    const std::uint64_t before = stage.diary(deposed).finished;
    stage.heal();
    stage.demand_caught_up(deposed);
    stage.require_scene(stage.diary(deposed).finished > before, "no session");
    stage.demand_recovery();
  });
}

}  // namespace

Finding replaces_a_diverged_tail(const Subject& subject) {
  // One that ends before the log that the others agree on, and one that ends behind it.
  const Finding shorter = diverges(subject, 30);
  return shorter ? shorter : diverges(subject, 400);
}

Finding keeps_what_it_acknowledged(const Subject& subject) {
  Stage::Options options;
  options.founders = 5;
  options.joiners = 0;
  return for_each_seed(subject, options, [](Stage& stage) {
    stage.found();
    stage.fill(50);
    stage.prune();
    const std::size_t leader = stage.leader();
    const std::size_t voter = stage.follower();
    // Two of five hold these: acknowledged above every snapshot, and not committed.
    for (std::size_t other = 0; other < 5; ++other) {
      if (other != leader && other != voter) stage.isolate(other);
    }
    feed(stage, leader, 20);
    stage.world().run_for(milliseconds{200});
    const Cursor acknowledged = stage.status(voter).durable;
    stage.require_scene(acknowledged > stage.status(leader).committed, "nothing acknowledged");
    // The others commit these and more while the one that acknowledged them is away.
    stage.heal();
    stage.isolate(voter);
    stage.fill(200, stage.leader());
    // From now on every majority needs it.
    const std::size_t still_leads = stage.leader();
    std::size_t alive = 5;
    for (std::size_t other = 0; other < 5 && alive > 3; ++other) {
      if (other == still_leads || other == voter) continue;
      stage.crash(other);
      --alive;
    }
    const std::uint64_t before = stage.diary(voter).sessions;
    stage.heal();
    const std::size_t waiting = stage.world().clients().call(Operation::Kind::execute, still_leads);
    stage.demand("the member that lagged votes", seconds{60}, [&] {
      return stage.world().clients().operation(waiting).done && stage.caught_up(voter);
    });
    stage.require_scene(stage.diary(voter).sessions > before, "no session");
    stage.demand_recovery();
  });
}

Finding returns_a_vote_that_the_quorum_needs(const Subject& subject) {
  Stage::Options options;
  options.joiners = 0;
  return for_each_seed(subject, options, [](Stage& stage) {
    stage.found();
    stage.fill(50);
    const std::size_t leader = stage.leader();
    const std::size_t lagging = stage.follower();
    const std::size_t third = 3 - leader - lagging;
    stage.crash(lagging);
    stage.fill(200, leader);
    // From now on nothing is committed without the member that lags.
    stage.start(lagging);
    stage.crash(third);
    const std::size_t waiting = stage.world().clients().call(Operation::Kind::execute, leader);
    const std::uint64_t before = stage.diary(lagging).sessions;
    stage.demand("a command is committed with the vote of the member that lagged", seconds{60},
                 [&] {
                   const auto& operation = stage.world().clients().operation(waiting);
                   return operation.done && stage.caught_up(lagging);
                 });
    stage.require_scene(stage.diary(lagging).sessions > before, "no session");
    stage.fill(10, lagging);
    stage.demand_recovery();
  });
}

}  // namespace tessera::conformance
