#include <tessera/conformance/broken.h>
#include <tessera/conformance/latency.h>
#include <tessera/conformance/world.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace tessera::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// How long a group may take to be founded, and one call to be answered.
constexpr Duration patience = seconds{60};

bool is_complete(const World& world) {
  return std::all_of(world.nodes().begin(), world.nodes().end(), [&](const auto& node) {
    const core::Status& status = node->status();
    return status.online && status.configuration.members().size() == world.nodes().size() &&
           !status.configuration.joint();
  });
}

bool one_call(World& world, const LatencyPlan& plan, std::size_t number, Latencies& found) {
  const std::size_t node = number % plan.callers;
  const bool slept = world.node(node).status().asleep;
  const std::size_t call = world.clients().call(plan.kind, node);
  const bool answered = world.run_until(world.queue().now() + patience,
                                        [&] { return world.clients().operation(call).done; });
  const Operation& operation = world.clients().operation(call);
  if (!answered || !operation.succeeded()) return false;
  world.run_for(plan.pause);
  // The first command of a node opens its client session.
  if (number < plan.callers) return true;
  found.sorted.push_back(operation.completed - operation.invoked);
  if (slept) ++found.asleep;
  return true;
}

}  // namespace

Duration Latencies::within(std::size_t permille) const {
  const std::size_t at = (sorted.size() * permille + 999) / 1000;
  return sorted.empty() ? Duration{} : sorted[std::max<std::size_t>(at, 1) - 1];
}

std::optional<Latencies> measure_latency(const LatencyPlan& plan) {
  World world(Schedule{plan.swarm, {}}, Trace::Detail::hash);
  for (std::size_t node = 0; node < plan.swarm.nodes; ++node) world.start(node);
  world.network().begin_beats();
  Latencies found;
  if (!world.run_until(world.queue().now() + patience, [&] { return is_complete(world); })) {
    return std::nullopt;
  }
  world.run_for(plan.pause);
  for (std::size_t number = 0; number < plan.calls + plan.callers; ++number) {
    if (!one_call(world, plan, number, found)) return std::nullopt;
  }
  std::sort(found.sorted.begin(), found.sorted.end());
  return found;
}

Swarm two_writers(std::size_t observers) {
  Swarm swarm;
  swarm.seed = 1;
  swarm.nodes = 2 + observers;
  if (observers != 0) {
    swarm.founders = Swarm::Founders::all_but_some;
    swarm.joiners = observers;
    swarm.observers = observers;
  }
  return swarm;
}

std::string observers_table() {
  constexpr std::array<std::size_t, 2> observers{0, 10};
  std::array<Latencies, observers.size()> found;
  std::string table = "observers  commands  p50 ms  p99 ms  (simulated time)\n";
  std::array<char, 80> line{};
  const auto millis = [](Duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
  };
  for (std::size_t run = 0; run < observers.size(); ++run) {
    LatencyPlan plan;
    plan.swarm = two_writers(observers.at(run));
    plan.callers = 2;
    plan.calls = 10'000;
    auto measured = measure_latency(plan);
    if (!measured) return {};
    found.at(run) = *std::move(measured);
    const Latencies& now = found.at(run);
    std::snprintf(line.data(), line.size(), "%9zu  %8zu  %6.3f  %6.3f\n", observers.at(run),
                  now.sorted.size(), millis(now.within(500)), millis(now.within(990)));
    table += line.data();
  }
  std::snprintf(line.data(), line.size(), "    ratio            %6.3f  %6.3f\n",
                millis(found[1].within(500)) / millis(found[0].within(500)),
                millis(found[1].within(990)) / millis(found[0].within(990)));
  return table + line.data();
}

}  // namespace tessera::sim
