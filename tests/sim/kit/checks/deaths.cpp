#include <tessera/conformance/kit/attempt.h>

#include <algorithm>
#include <string>

namespace tessera::conformance {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::size_t joiner = 3;
constexpr std::size_t commands = 200;
/// After how much of a transfer something dies: each a run of its own.
constexpr std::uint64_t moments[] = {1, 2, 3, 4, 6, 9, 13, 20, 30, 50};

/// A group with a joiner that is about to begin.
void set_the_scene(Stage& stage) {
  stage.found();
  stage.fill(commands);
  stage.load(1);
  stage.start(joiner);
}

void demand_all_is_well(Stage& stage) {
  stage.end_load();
  stage.demand_caught_up(joiner);
  stage.demand_recovery();
}

/// Runs `body(stage, moment)` for one moment after the other until it returns false, because the
/// transfer was over before.
Finding at_each_moment(const Subject& subject,
                       const std::function<bool(Stage&, std::uint64_t)>& body) {
  for (const std::uint64_t moment : moments) {
    bool reached = true;
    Stage::Options options;
    options.seed = moment;
    const Finding found = attempt([&] {
      Stage stage(subject, options);
      set_the_scene(stage);
      reached = body(stage, moment);
      if (reached) demand_all_is_well(stage);
    });
    if (found) return "at moment " + std::to_string(moment) + ": " + *found;
    if (!reached) break;
  }
  return std::nullopt;
}

}  // namespace

Finding survives_the_death_of_a_provider(const Subject& subject) {
  return at_each_moment(subject, [](Stage& stage, std::uint64_t moment) {
    std::size_t victim = joiner;
    const auto sent_enough = [&] {
      for (std::size_t each = 0; each < joiner; ++each) {
        if (stage.diary(each).sent >= moment) victim = each;
      }
      return victim != joiner || stage.caught_up(joiner);
    };
    stage.step_until(seconds{30}, sent_enough);
    if (victim == joiner) return false;
    stage.crash(victim);
    stage.world().run_for(seconds{2});
    stage.start(victim);
    return true;
  });
}

Finding survives_a_change_of_leader(const Subject& subject) {
  return at_each_moment(subject, [](Stage& stage, std::uint64_t moment) {
    const std::size_t leader = stage.leader();
    stage.step_until(seconds{30}, [&] {
      return stage.diary(joiner).steps >= moment || stage.diary(joiner).finished > 0;
    });
    if (stage.diary(joiner).finished > 0) return false;
    // It hands over, or is cut off, or dies.
    if (moment % 3 == 0) {
      sim::WishEvent wish;
      wish.node = leader;
      wish.other = stage.follower();
      stage.world().happen({Duration{}, wish});
    } else if (moment % 3 == 1) {
      stage.isolate(leader);
    } else {
      stage.crash(leader);
    }
    stage.world().run_for(seconds{3});
    stage.heal();
    if (!stage.node(leader).up()) stage.start(leader);
    return true;
  });
}

Finding survives_its_own_death_at_every_step(const Subject& subject) {
  return at_each_moment(subject, [](Stage& stage, std::uint64_t moment) {
    stage.step_until(seconds{30}, [&] {
      return stage.diary(joiner).steps >= moment || stage.caught_up(joiner);
    });
    if (stage.diary(joiner).steps < moment) return false;
    stage.crash(joiner);
    stage.world().run_for(milliseconds{100});
    stage.start(joiner);
    // And once more, soon after it has begun again.
    const std::uint64_t steps = stage.diary(joiner).steps;
    stage.step_until(seconds{10}, [&] { return stage.diary(joiner).steps > steps + moment / 2; });
    stage.crash(joiner);
    stage.start(joiner);
    return true;
  });
}

}  // namespace tessera::conformance
