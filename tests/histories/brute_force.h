#pragma once

#include "operation.h"

/// The definition of linearizability, word by word: what the search is compared with.
namespace tessera::histories::testing {

/// Tries every order of the operations of all keys together; for a dozen operations at most.
[[nodiscard]] bool linearizable_by_definition(const History& history);

}  // namespace tessera::histories::testing
