#pragma once

#include "operation.h"

#include <cstddef>
#include <random>

/// Histories of a map that really is linearizable, because each operation happens at one moment.
namespace tessera::histories::testing {

struct WorldSettings {
  std::size_t clients = 3;
  std::size_t operations = 8;
  std::size_t keys = 1;
  std::size_t values = 3;    ///< few, so that different writes write the same
  double unanswered = 0.15;  ///< of the operations; half of these never happen
  double refused = 0.05;     ///< of the operations
};

using Generator = std::mt19937_64;

[[nodiscard]] History record(const WorldSettings& settings, Generator& generator);

/// Any calls, returns and answers: what no map may ever have said.
[[nodiscard]] History invent(const WorldSettings& settings, Generator& generator);

}  // namespace tessera::histories::testing
