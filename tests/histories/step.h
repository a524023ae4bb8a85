#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

/// One operation on one key as the search sees it: values are numbers, and all kinds are one: what
/// the key must hold for it, and what the key holds afterwards.
namespace tessera::histories {

/// What a key holds: a number for each different value.
using State = std::uint32_t;
constexpr State absent = 0;

struct Step {
  enum class Need : std::uint8_t { anything, equal, different };
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  Need need = Need::anything;
  State needed = absent;
  bool writes = false;  ///< false also if it writes what it needs to find
  State written = absent;
  std::uint64_t call = 0;
  std::uint64_t returned = never;  ///< `never`: it is pending, and need not happen at all
  std::size_t line = 0;

  [[nodiscard]] bool pending() const { return returned == never; }
  [[nodiscard]] bool possible(State state) const {
    return need == Need::anything || (need == Need::equal) == (state == needed);
  }
};

}  // namespace tessera::histories
