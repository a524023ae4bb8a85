#pragma once

#include <tessera/conformance/plan.h>
#include <tessera/conformance/swarm.h>
#include <tessera/primitives/result.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// All that makes one run: settings and events. Says as text exactly what it is, so that a run can
/// be kept in a file and repeated when seeds have long come to mean something else.
namespace tessera::sim {

struct Schedule {
  Swarm swarm;
  Plan plan;

  /// What `Swarm::draw` and `draw_plan` make of a seed.
  [[nodiscard]] static Schedule draw(const Swarm& swarm) { return {swarm, draw_plan(swarm)}; }
};

/// One of the numbers that a `Swarm` is made of.
struct Setting {
  std::string_view name;
  std::int64_t (*get)(const Swarm& swarm);
  void (*set)(Swarm& swarm, std::int64_t value);
};

/// Every one that matters once the plan is drawn.
[[nodiscard]] const std::vector<Setting>& settings();

/// A line `set NAME VALUE` for each setting that is not the default, then a line for each event.
[[nodiscard]] std::string to_string(const Schedule& schedule);
/// Reads what `to_string` says. `malformed`, naming the line; empty lines and such that begin with
/// '#' say nothing.
[[nodiscard]] Result<Schedule> parse_schedule(std::string_view text);

/// `not_found` or `malformed`, naming the file.
[[nodiscard]] Result<Schedule> read_schedule(const std::string& path);
/// Writes a schedule with what it was kept for; false if the file cannot be written.
struct KeptSchedule {
  const Schedule& schedule;
  std::string finding;
};
[[nodiscard]] bool write_schedule(const std::string& path, const KeptSchedule& kept);

}  // namespace tessera::sim
