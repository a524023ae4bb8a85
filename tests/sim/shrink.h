#pragma once

#include <tessera/conformance/runner.h>

#include <chrono>
#include <cstdint>
#include <string>

/// Makes a run that fails small enough to be read.
///
/// Leaves out what is not needed (delta debugging: Zeller and Hildebrandt, "Simplifying and
/// isolating failure-inducing input", 2002), puts settings back to their defaults and rounds times,
/// and keeps each step after which the same invariant still speaks. What delays and disks do by
/// chance is other chance in each smaller run, so each is tried with a few seeds. A finding that
/// ends the process is looked for in processes of their own.
namespace tessera::sim {

struct ShrinkOptions {
  std::chrono::nanoseconds budget = std::chrono::seconds{30};  ///< of real time
  Sabotage sabotage;                                           ///< the planted fault, in tests
};

struct Shrunk {
  Schedule schedule;
  std::string failure;      ///< what the invariant says now
  std::uint64_t tried = 0;  ///< runs
};

/// `invariant` is what spoke when `schedule` was run.
[[nodiscard]] Shrunk shrink(const Schedule& schedule, const std::string& invariant,
                            const ShrinkOptions& options);

}  // namespace tessera::sim
