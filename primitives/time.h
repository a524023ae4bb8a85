#pragma once

#include <chrono>

/// Time as the core sees it: a number that is handed in.
///
/// A `TimePoint` counts from an arbitrary start and never goes back within one run of a process.
/// Nothing in a core folder reads a clock; the shell asks a `Clock` and passes the answer on, the
/// simulator passes its own.
namespace tessera {

/// The time base of `TimePoint`. It has no `now()` on purpose.
struct MonotonicTime {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicTime, duration>;
  static constexpr bool is_steady = true;
};

using Duration = MonotonicTime::duration;
using TimePoint = MonotonicTime::time_point;

/// Where a shell gets the time from. Implementations are callable from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
};

/// The machine's monotonic clock. Shells only.
[[nodiscard]] const Clock& system_clock();

}  // namespace tessera
