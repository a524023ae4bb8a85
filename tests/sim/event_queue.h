#pragma once

#include <tessera/primitives/time.h>

#include <cstdint>
#include <functional>
#include <vector>

/// The virtual clock, and everything that is still to happen.
///
/// Events happen in the order of their times; those of one time in the order in which they were
/// asked for. Owned by the world, used on its one thread.
namespace tessera::sim {

class EventQueue {
 public:
  using Action = std::function<void()>;

  /// The time of the event that is happening.
  [[nodiscard]] TimePoint now() const { return now_; }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  /// When the next event happens; only while there is one.
  [[nodiscard]] TimePoint next_at() const { return heap_.front().when; }
  /// How many events have happened.
  [[nodiscard]] std::uint64_t happened() const { return happened_; }

  /// `action` happens at `when`, or now if that has passed.
  void at(TimePoint when, Action action);
  void after(Duration delay, Action action) { at(now_ + delay, std::move(action)); }

  /// Lets the next event happen and moves the clock to it; false if there is none.
  bool run_one();

 private:
  struct Event {
    TimePoint when;
    std::uint64_t sequence = 0;
    Action action;
  };
  static bool later(const Event& left, const Event& right);

  TimePoint now_{};
  std::uint64_t sequence_ = 0;
  std::uint64_t happened_ = 0;
  std::vector<Event> heap_;
};

}  // namespace tessera::sim
