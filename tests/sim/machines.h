#pragma once

#include <tessera/conformance/node.h>
#include <tessera/conformance/swarm.h>

/// Machines with their strategies.
namespace tessera::sim {

[[nodiscard]] MachineParts make_machine(Swarm::Strategy strategy);

}  // namespace tessera::sim
