#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

/// Durations, counted in buckets whose width grows with their value: 32 to each power of two, so a
/// percentile is off by 3 % at most. A value; two of them can be added.
namespace tessera::tool {

class Histogram {
 public:
  using Duration = std::chrono::nanoseconds;

  void add(Duration duration) {
    ++counts_[bucket_of(static_cast<std::uint64_t>(duration.count() < 0 ? 0 : duration.count()))];
    ++count_;
  }
  void add(const Histogram& other) {
    for (std::size_t at = 0; at < counts_.size(); ++at) counts_[at] += other.counts_[at];
    count_ += other.count_;
  }
  /// `count` durations of one bucket, as `for_each_bucket` of another histogram gave it.
  void add(std::size_t bucket, std::uint64_t count) {
    if (bucket >= counts_.size()) return;
    counts_[bucket] += count;
    count_ += count;
  }
  /// Calls `take(bucket, count)` for each bucket that holds something, in ascending order.
  template <class Take>
  void for_each_bucket(Take take) const {
    for (std::size_t at = 0; at < counts_.size(); ++at) {
      if (counts_[at] != 0) take(at, counts_[at]);
    }
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

  /// The duration that `share` (0 to 1) of those counted do not exceed; zero if none were.
  [[nodiscard]] Duration percentile(double share) const {
    if (count_ == 0) return Duration{0};
    const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count_ - 1)) + 1;
    std::uint64_t seen = 0;
    for (std::size_t at = 0; at < counts_.size(); ++at) {
      seen += counts_[at];
      if (seen >= rank) return Duration{static_cast<Duration::rep>(upper_bound_of(at))};
    }
    return Duration{0};
  }

 private:
  static constexpr unsigned steps_log2 = 5;
  static constexpr std::uint64_t steps = std::uint64_t{1} << steps_log2;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < steps) return static_cast<std::size_t>(value);
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - steps_log2;
    return static_cast<std::size_t>((shift + 1) * steps + ((value >> shift) - steps));
  }
  static std::uint64_t upper_bound_of(std::size_t bucket) {
    if (bucket < steps) return bucket;
    const std::uint64_t shift = bucket / steps - 1;
    return ((bucket % steps + steps + 1) << shift) - 1;
  }

  std::array<std::uint64_t, (64 - steps_log2 + 1) * steps> counts_{};
  std::uint64_t count_ = 0;
};

}  // namespace tessera::tool
