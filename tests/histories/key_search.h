#pragma once

#include "open_steps.h"
#include "seen_configurations.h"
#include "step.h"

#include <cstddef>
#include <cstdint>
#include <vector>

/// Looks for an order of the operations on one key: Wing and Gong's search (1993) with Lowe's cache
/// of configurations (2017).
///
/// A configuration is the set of steps that have happened, and what the key then holds. From each,
/// any step may be next that no other step still to happen has returned before. What keeps the tree
/// small, and loses no order:
///
/// - A step that changes nothing happens as soon as it can: if there is an order in which it
///   happens later, there is also one in which it happens now.
/// - A pending step only happens if a step that may be next needs what it changes. Taking any other
///   one out of an order leaves an order.
/// - Of pending steps that are alike, the one asked first happens first.
/// - See SeenConfigurations.
namespace tessera::histories {

enum class Verdict : std::uint8_t { linearizable, not_linearizable, undecided };

/// One search. Used once, by one thread.
class KeySearch {
 public:
  /// `undecided` when the configurations met take more than `bytes_max`.
  KeySearch(const std::vector<Step>& steps, std::size_t bytes_max);

  [[nodiscard]] Verdict run();

  /// After `not_linearizable`: the line of the operation that has no place in the longest order
  /// found of the others.
  [[nodiscard]] std::size_t stuck_line() const { return stuck_line_; }
  [[nodiscard]] std::size_t configurations() const { return seen_.size(); }

 private:
  /// A choice that was made, what followed from it, and what can be chosen next.
  struct Frame {
    State state_before = absent;
    std::vector<std::size_t> happened;
    std::vector<std::size_t> choices;
    std::size_t chosen = 0;
  };

  void happen(std::size_t step, Frame& frame);
  void undo(const Frame& frame);
  /// Notes whether `step` is among those that have happened.
  void toggle(std::size_t step);
  /// Lets happen what changes nothing, then finds the choices.
  void settle(Frame& frame);
  void find_choices(Frame& frame);
  [[nodiscard]] bool seen_before();
  void note_stuck();

  const std::vector<Step>& steps_;
  const std::size_t bytes_max_;
  OpenSteps open_;
  State state_ = absent;
  Fingerprint completed_;
  SeenConfigurations::PendingSteps pending_;
  SeenConfigurations seen_;
  std::vector<Frame> frames_;
  std::size_t stuck_line_ = 0;
  std::size_t fewest_left_;
};

}  // namespace tessera::histories
