#pragma once

#include "verdict.h"

/// Scripts about configuration changes alone: `simple`, `enter-joint`, `leave-joint`. Pure. What
/// of them says anything about this project is told in the README.
namespace tessera::raft_scripts {

/// True if `script` is one of these.
[[nodiscard]] bool is_confchange_script(const Script& script);
void run_confchange_script(const Script& script, Tally& tally);

}  // namespace tessera::raft_scripts
