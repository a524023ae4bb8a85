#pragma once

#include <cstdint>

/// What a query may miss.
namespace tessera {

enum class Consistency : std::uint8_t {
  weak,    ///< answered from this member's state at once; may lag behind the group
  strong,  ///< sees every command acknowledged anywhere before the query began
};

}  // namespace tessera
