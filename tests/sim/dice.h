#pragma once

#include <tessera/primitives/random.h>
#include <tessera/primitives/time.h>

/// Draws of the kinds a simulation needs, from one seeded generator.
///
/// Each component has its own, so that a change in what one of them draws does not move all the
/// others. A value type.
namespace tessera::sim {

/// What draws are for, beside the seed of their component.
struct DrawKey {
  std::uint64_t what = 0;
  std::uint64_t number = 0;
};

/// A seed for the draws about one thing, whatever else was drawn before.
[[nodiscard]] inline std::uint64_t keyed_seed(std::uint64_t seed, const DrawKey& key) {
  std::uint64_t mixed = (seed ^ key.what) * 0x9e3779b97f4a7c15ULL;
  mixed = (mixed ^ (mixed >> 29U) ^ key.number) * 0xbf58476d1ce4e5b9ULL;
  return mixed ^ (mixed >> 32U);
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  /// Parts in a thousand: how likely something is.
  struct Permille {
    std::uint32_t value = 0;
    [[nodiscard]] bool never() const { return value == 0; }
  };
  struct Span {
    Duration least{};
    Duration most{};
  };
  struct Range {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
  };

  std::uint64_t bits() { return random_.next(); }
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  bool happens(Permille odds) { return !odds.never() && random_.below(1000) < odds.value; }
  /// Each value equally likely, both ends included.
  std::uint64_t in(Range range) {
    return range.least + random_.below(range.most - range.least + 1);
  }
  Duration in(Span span) {
    const auto width = static_cast<std::uint64_t>((span.most - span.least).count());
    return span.least + Duration(static_cast<std::int64_t>(random_.below(width + 1)));
  }
  /// A random waiting time with this mean, and never more than four times that.
  Duration around(Duration mean) {
    const Duration half = in(Span{Duration{1}, mean});
    return happens({250}) ? half * 4 : half;
  }
  template <class T, std::size_t N>
  T pick(const T (&choices)[N]) {
    return choices[random_.below(N)];
  }

 private:
  Random random_;
};

}  // namespace tessera::sim
