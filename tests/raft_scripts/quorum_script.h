#pragma once

#include "verdict.h"

/// Scripts about the arithmetic of majorities: `committed` and `vote`. Pure.
namespace tessera::raft_scripts {

/// True if `script` is one of these.
[[nodiscard]] bool is_quorum_script(const Script& script);
void run_quorum_script(const Script& script, Tally& tally);

}  // namespace tessera::raft_scripts
