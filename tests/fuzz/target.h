#pragma once

#include <tessera/primitives/bytes.h>

/// What every fuzz target defines: one entry that takes any bytes.
///
/// libFuzzer calls it with what it invents, the replay test with the committed corpus. It keeps
/// nothing between calls and ends the process (`check`, a sanitizer) where a rule is broken.
namespace tessera::fuzz {

/// True if `input` was accepted as what the target reads.
bool run(ByteView input);

}  // namespace tessera::fuzz
