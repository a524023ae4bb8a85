#pragma once

#include <tessera/conformance/runner.h>

/// Runs in a process of its own, so that one in which the core's own assertions end the process is
/// a finding like any other, and can be made smaller. Single-threaded programs only.
namespace tessera::sim {

/// What `invariant` is called if the process ends, before what it said last.
inline constexpr std::string_view process_ended = "process ended";

/// Says whether it failed, by which invariant and when; nothing of hash, marks and trace.
[[nodiscard]] RunReport run_apart(const Schedule& schedule, const Sabotage& sabotage = {});

/// True if the run ended its process.
[[nodiscard]] inline bool ended_process(const RunReport& report) {
  return report.invariant.starts_with(process_ended);
}

}  // namespace tessera::sim
