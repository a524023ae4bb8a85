#include <tessera/conformance/broken.h>
#include <tessera/conformance/runner.h>
#include <tessera/conformance/world.h>

namespace tessera::sim {

RunReport run_once(const Swarm& swarm, Trace::Detail detail, const Sabotage& sabotage) {
  return run_once(Schedule::draw(swarm), detail, sabotage);
}

RunReport run_once(const Schedule& schedule, Trace::Detail detail, const Sabotage& sabotage) {
  World world(schedule, detail);
  RunReport report;
  try {
    if (sabotage) sabotage(world);
    world.run();
  } catch (const Broken& broken) {
    report.failure = broken.what();
    report.invariant = broken.finding().invariant;
  }
  report.busy_for = world.busy_for();
  report.hash = world.trace().hash();
  report.steps = world.queue().happened();
  report.commands = world.chronicle().tape_at(world.chronicle().last()).count;
  report.marks = world.marks();
  report.tail = world.trace().tail();
  return report;
}

RunReport run_twice(const Schedule& schedule) {
  RunReport first = run_once(schedule, Trace::Detail::hash);
  const RunReport second =
      run_once(schedule, first.failure ? Trace::Detail::tail : Trace::Detail::hash);
  if (first.hash != second.hash) {
    first.invariant.clear();
    first.failure = "two runs of one seed differ" +
                    (first.failure ? "; the first: " + *first.failure : std::string());
  }
  first.tail = second.tail;
  first.steps += second.steps;
  return first;
}

std::string replay_line(const Swarm& swarm) {
  return "tessera_sim --seed " + std::to_string(swarm.seed) + " --nodes " +
         std::to_string(swarm.nodes) + " --trace";
}

}  // namespace tessera::sim
