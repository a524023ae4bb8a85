#include <tessera/conformance/kit/attempt.h>

#include <string>

namespace tessera::conformance {

using sim::Dice;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::size_t joiner = 3;

Finding survives(const Subject& subject, const std::function<void(sim::NetworkSettings&)>& adjust) {
  return for_each_seed(subject, {}, [&](Stage& stage) {
    stage.found();
    stage.fill(200);
    stage.change_network(adjust);
    stage.load(1);
    stage.start(joiner);
    stage.demand("the joiner is online", seconds{90},
                 [&] { return stage.status(joiner).online && stage.diary(joiner).finished > 0; });
    stage.demand_recovery();
  });
}

}  // namespace

Finding survives_loss(const Subject& subject) {
  return survives(subject, [](sim::NetworkSettings& network) {
    network.fifo = false;
    network.loss = Dice::Permille{100};
  });
}

Finding survives_duplicates(const Subject& subject) {
  return survives(subject, [](sim::NetworkSettings& network) {
    network.fifo = false;
    network.duplicate = Dice::Permille{300};
    network.replay = Dice::Permille{200};
  });
}

Finding survives_disorder(const Subject& subject) {
  return survives(subject, [](sim::NetworkSettings& network) {
    network.fifo = false;
    network.delay = {microseconds{100}, milliseconds{30}};
    network.slow = Dice::Permille{50};
  });
}

Finding survives_partitions(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    stage.found();
    stage.fill(200);
    stage.load(1);
    stage.start(joiner);
    stage.step_until(seconds{5}, [&] { return stage.diary(joiner).sessions > 0; });
    // The joiner is cut off from everybody, from the leader alone, from all but the leader.
    for (int round = 0; round < 6; ++round) {
      stage.world().run_for(milliseconds{2 + round});
      if (round % 3 == 0) stage.isolate(joiner);
      for (std::size_t other = 0; other < joiner; ++other) {
        const bool leads = stage.status(other).role == core::Role::leader;
        if (round % 3 == (leads ? 1 : 2)) stage.cut(joiner, other);
      }
      stage.world().run_for(milliseconds{round % 2 == 0 ? 200 : 4000});
      stage.heal();
    }
    stage.end_load();
    stage.demand_caught_up(joiner);
    stage.demand_recovery();
  });
}

Finding survives_everything_at_once(const Subject& subject) {
  constexpr std::uint64_t seeds = 8;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    sim::Swarm swarm = sim::Swarm::draw(seed, 4);
    // A user's commands and results may be of any size, and a strategy may need its time.
    swarm.limits.command_max = core::CoreLimits{}.command_max;
    swarm.limits.waiting_max = core::CoreLimits{}.waiting_max;
    swarm.limits.uncommitted_max = core::CoreLimits{}.uncommitted_max;
    swarm.group.session_bytes_max = GroupSettings{}.session_bytes_max;
    swarm.group.stall_after = seconds{5};
    swarm.group.inline_catch_up = seed % 4 == 0 ? 20'000 : 0;
    swarm.clients.oversized = {};
    const Finding found = attempt([&] { play(subject, swarm); });
    if (found) return "seed " + std::to_string(seed) + ": " + *found;
  }
  return std::nullopt;
}

}  // namespace tessera::conformance
