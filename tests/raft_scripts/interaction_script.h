#pragma once

#include "verdict.h"

/// Scripts in which members talk: campaigns, proposals, messages that arrive or do not.
namespace tessera::raft_scripts {

void run_interaction_script(const Script& script, Tally& tally);

}  // namespace tessera::raft_scripts
