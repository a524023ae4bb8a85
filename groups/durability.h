#pragma once

#include <cstdint>

/// What a member's acknowledgement is worth.
namespace tessera {

enum class Durability : std::uint8_t {
  memory = 0,  ///< gone with the process; for caches
  fsync = 1,   ///< on stable storage before it is acknowledged
};

}  // namespace tessera
