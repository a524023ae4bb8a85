#include "key_search.h"

#include <algorithm>

namespace tessera::histories {
namespace {

/// In fingerprints states and steps must not have the same numbers.
constexpr std::uint64_t first_state = std::uint64_t{1} << 62U;

bool alike(const Step& a, const Step& b) {
  return a.need == b.need && a.needed == b.needed && a.written == b.written;
}

/// What steps that may be next, but not in this state, are waiting for.
struct Wishes {
  Wishes(const std::vector<Step>& steps, const std::vector<std::size_t>& next, State state) {
    for (const std::size_t step : next) {
      const Step& each = steps[step];
      if (each.possible(state)) continue;
      if (each.need == Step::Need::equal) wanted.push_back(each.needed);
      if (each.need == Step::Need::different) anything_else = true;
    }
  }
  [[nodiscard]] bool fulfilled_by(State state) const {
    return anything_else || std::find(wanted.begin(), wanted.end(), state) != wanted.end();
  }

  std::vector<State> wanted;
  bool anything_else = false;
};

}  // namespace

KeySearch::KeySearch(const std::vector<Step>& steps, std::size_t bytes_max)
    : steps_(steps), bytes_max_(bytes_max), open_(steps), fewest_left_(steps.size() + 1) {}

Verdict KeySearch::run() {
  frames_.emplace_back();
  settle(frames_.back());
  while (open_.completed() != 0) {
    if (seen_.bytes() > bytes_max_) return Verdict::undecided;
    Frame& top = frames_.back();
    if (top.chosen == top.choices.size()) {
      undo(top);
      frames_.pop_back();
      if (frames_.empty()) return Verdict::not_linearizable;
      continue;
    }
    Frame next;
    next.state_before = state_;
    happen(top.choices[top.chosen++], next);
    settle(next);
    frames_.push_back(std::move(next));
  }
  return Verdict::linearizable;
}

void KeySearch::happen(std::size_t step, Frame& frame) {
  open_.take(step);
  toggle(step);
  frame.happened.push_back(step);
  if (steps_[step].writes) state_ = steps_[step].written;
}

void KeySearch::undo(const Frame& frame) {
  for (auto step = frame.happened.rbegin(); step != frame.happened.rend(); ++step) {
    open_.give_back(*step);
    toggle(*step);
  }
  state_ = frame.state_before;
}

void KeySearch::toggle(std::size_t step) {
  if (!steps_[step].pending()) {
    completed_.toggle(step);
    return;
  }
  const auto number = static_cast<std::uint32_t>(step);
  const auto place = std::lower_bound(pending_.begin(), pending_.end(), number);
  if (place != pending_.end() && *place == number) {
    pending_.erase(place);
  } else {
    pending_.insert(place, number);
  }
}

void KeySearch::settle(Frame& frame) {
  for (bool settled = false; !settled;) {
    settled = true;
    for (const std::size_t step : open_.next()) {
      const Step& each = steps_[step];
      if (each.writes || each.pending() || !each.possible(state_)) continue;
      happen(step, frame);
      settled = false;
    }
  }
  if (open_.completed() == 0) return;
  note_stuck();
  if (!seen_before()) find_choices(frame);
}

bool KeySearch::seen_before() {
  Fingerprint configuration = completed_;
  configuration.toggle(first_state + state_);
  return !seen_.insert(configuration, pending_);
}

void KeySearch::find_choices(Frame& frame) {
  const std::vector<std::size_t> next = open_.next();
  const Wishes wishes(steps_, next, state_);
  for (const std::size_t step : next) {
    const Step& each = steps_[step];
    if (!each.writes || !each.possible(state_)) continue;
    if (each.pending()) {
      if (each.written == state_ || !wishes.fulfilled_by(each.written)) continue;
      const auto same = [&](std::size_t other) {
        return steps_[other].pending() && alike(steps_[other], each);
      };
      if (std::any_of(frame.choices.begin(), frame.choices.end(), same)) continue;
    }
    frame.choices.push_back(step);
  }
}

void KeySearch::note_stuck() {
  if (open_.completed() >= fewest_left_) return;
  fewest_left_ = open_.completed();
  stuck_line_ = steps_[open_.first_to_return()].line;
}

}  // namespace tessera::histories
