#pragma once

#include <array>
#include <cstdint>

/// A seeded generator for everything in the core that must look random and replay exactly.
///
/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018),
/// seeded through splitmix64. Not for secrets. A value type; not shared between threads.
namespace tessera {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  /// The next 64 random bits.
  std::uint64_t next();

  /// A number in [0, bound), each equally likely; `bound` must not be zero.
  std::uint64_t below(std::uint64_t bound);

  /// True with a probability of `numerator` in `denominator`.
  struct Chance {
    std::uint64_t numerator;
    std::uint64_t denominator;
  };
  bool chance(Chance odds) { return below(odds.denominator) < odds.numerator; }

  /// A generator whose stream is independent of this one's further draws.
  Random fork() { return Random(next()); }

 private:
  std::array<std::uint64_t, 4> state_;
};

/// 64 bits from the operating system, to seed a `Random` with. Shells only.
[[nodiscard]] std::uint64_t system_entropy();

}  // namespace tessera
