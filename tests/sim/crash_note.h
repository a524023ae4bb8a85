#pragma once

#include <tessera/conformance/swarm.h>

/// A check inside the core ends the process: this says first which run it was.
namespace tessera::sim {

/// From now on, an abort prints how to replay `swarm`.
void note_current_run(const Swarm& swarm);

}  // namespace tessera::sim
