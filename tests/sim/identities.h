#pragma once

#include <tessera/primitives/signature.h>

#include <cstddef>

/// Who the simulated nodes are: the same key pairs in every run.
namespace tessera::sim {

/// How many there are.
inline constexpr std::size_t identities_max = 16;

/// The identity of the node `index`. Lives as long as the program.
[[nodiscard]] const Signer& identity(std::size_t index);

}  // namespace tessera::sim
