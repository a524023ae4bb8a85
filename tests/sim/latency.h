#pragma once

#include <tessera/conformance/operation.h>
#include <tessera/conformance/swarm.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// How long callers wait, in simulated time: what the protocol costs in rounds and writes, whatever
/// machine runs this. Plain functions.
namespace tessera::sim {

struct LatencyPlan {
  Swarm swarm;  ///< without faults
  Operation::Kind kind = Operation::Kind::execute;
  std::size_t callers = 1;   ///< the first so many nodes call in turn, one call after the other
  std::size_t calls = 1000;  ///< that count
  Duration pause{};          ///< from an answer to the next call, at least
};

struct Latencies {
  std::vector<Duration> sorted;
  std::uint64_t asleep = 0;  ///< calls that found the group asleep

  /// The least that so many thousandths of the calls did not exceed.
  [[nodiscard]] Duration within(std::size_t permille) const;
};

/// The latencies of a group that has been founded and holds all its nodes; nothing if it does not
/// come to that, or a call fails.
[[nodiscard]] std::optional<Latencies> measure_latency(const LatencyPlan& plan);

/// A group of two voters on a good network, with so many observers.
[[nodiscard]] Swarm two_writers(std::size_t observers);

/// Commands on two writers alone and on the same with ten observers, as a table of text with the
/// ratio of both; empty if a call failed.
[[nodiscard]] std::string observers_table();

}  // namespace tessera::sim
