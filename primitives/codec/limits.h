#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

/// What decoding a message may cost.
namespace tessera {

/// The bounds of one `decode`. The defaults suit everything that peers send; encoding refuses what
/// they would not let through, so that nothing enters a log that cannot be read back from it.
struct DecodeLimits {
  /// Classes and containers inside one another. Recursive types end here, not with the stack.
  std::size_t nesting_max = 128;

  /// Containers may take this many bytes of memory for each byte of input, ...
  std::size_t allocation_factor = 256;
  /// ... and this many for any input, ...
  std::size_t allocation_base = std::size_t{64} << 10U;
  /// ... but never more than the size of the input and this together.
  std::size_t allocation_surplus_max = std::size_t{256} << 20U;

  /// How many bytes containers may take in all when `input` bytes are decoded.
  [[nodiscard]] std::size_t allocation_max(std::size_t input) const;
};

namespace codec {

/// `a + b` and `a * b`, staying at the largest number instead of wrapping.
struct Operands {
  std::size_t left;
  std::size_t right;
};
[[nodiscard]] constexpr std::size_t saturating_sum(Operands of) {
  const std::size_t sum = of.left + of.right;
  return sum < of.left ? std::numeric_limits<std::size_t>::max() : sum;
}
[[nodiscard]] constexpr std::size_t saturating_product(Operands of) {
  const bool fits = of.left == 0 || of.right <= std::numeric_limits<std::size_t>::max() / of.left;
  return fits ? of.left * of.right : std::numeric_limits<std::size_t>::max();
}

/// What a container takes: so many elements, so many bytes each. `fixed` is what it takes empty.
struct Elements {
  std::size_t count;
  std::size_t size_each;
  std::size_t fixed = 0;

  [[nodiscard]] constexpr std::size_t total() const {
    return saturating_sum({saturating_product({count, size_each}), fixed});
  }
};

/// Memory that a node of a linked or hashed container takes besides its element, at most.
inline constexpr std::size_t node_overhead = 4 * sizeof(void*);
/// Memory that counted, shared ownership of one buffer takes.
inline constexpr std::size_t shared_overhead = 64;

}  // namespace codec

inline std::size_t DecodeLimits::allocation_max(std::size_t input) const {
  const std::size_t scaled = codec::saturating_product({input, allocation_factor});
  return std::min(codec::saturating_sum({scaled, allocation_base}),
                  codec::saturating_sum({input, allocation_surplus_max}));
}

}  // namespace tessera
