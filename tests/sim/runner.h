#pragma once

#include <tessera/conformance/marks.h>
#include <tessera/conformance/schedule.h>
#include <tessera/conformance/trace.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

/// Runs seeds: each twice, comparing the hashes of what happened.
///
/// Plain functions; each run owns everything it needs.
namespace tessera::sim {

class World;

/// What became of one run.
struct RunReport {
  std::uint64_t hash = 0;
  std::uint64_t steps = 0;     ///< events that happened
  std::uint64_t commands = 0;  ///< committed
  Marks marks;
  std::optional<std::string> failure;  ///< what did not hold
  std::string invariant;               ///< which one spoke, if one did
  Duration busy_for{};                 ///< how long faults and callers had been at work by then
  std::deque<std::string> tail;        ///< of the trace, if it was asked for
};

/// Changes a world before it runs: plants a fault that the invariants must find.
using Sabotage = std::function<void(World&)>;

[[nodiscard]] RunReport run_once(const Schedule& schedule, Trace::Detail detail,
                                 const Sabotage& sabotage = {});
/// The schedule that the seed of `swarm` draws.
[[nodiscard]] RunReport run_once(const Swarm& swarm, Trace::Detail detail,
                                 const Sabotage& sabotage = {});

/// Two runs; differing hashes are a failure too. A failed run is repeated for the trace's tail.
[[nodiscard]] RunReport run_twice(const Schedule& schedule);

/// The command that replays this run.
[[nodiscard]] std::string replay_line(const Swarm& swarm);

}  // namespace tessera::sim
