#pragma once

#include "script.h"

#include <string>
#include <vector>

/// Plays a scenario on real cores and writes down what happened. Pure but for the work.
namespace tessera::scenarios {

struct Performance {
  std::vector<std::string> transcripts;  ///< one for each block
  std::string broken;                    ///< the invariant that did not hold, if one did not
};

/// Throws `ScriptError` if the script cannot be played.
[[nodiscard]] Performance play(const Script& script);

/// The script as it would be with these transcripts.
[[nodiscard]] Script rewritten(Script script, const Performance& performance);

/// What differs between the script and what happened, with lines of the file; empty if nothing.
[[nodiscard]] std::string difference(const Script& script, const Performance& performance);

}  // namespace tessera::scenarios
