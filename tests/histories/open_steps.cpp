#include "open_steps.h"

#include <tessera/primitives/check.h>

#include <algorithm>
#include <tuple>

namespace tessera::histories {

OpenSteps::OpenSteps(const std::vector<Step>& steps)
    : steps_(steps), call_of_(steps.size()), return_of_(steps.size()), taken_(steps.size()) {
  events_.emplace_back();
  for (std::size_t step = 0; step < steps.size(); ++step) {
    if (steps[step].pending()) {
      pending_.push_back(step);
      continue;
    }
    ++completed_;
    events_.push_back({step, false, 0, 0});
    events_.push_back({step, true, 0, 0});
  }
  const auto at = [&steps](const Event& event) {
    const Step& step = steps[event.step];
    // At one and the same time calls come first: what touches counts as concurrent.
    return std::tuple(event.is_return ? step.returned : step.call, event.is_return, event.step);
  };
  std::sort(events_.begin() + 1, events_.end(),
            [&at](const Event& a, const Event& b) { return at(a) < at(b); });
  std::sort(pending_.begin(), pending_.end(), [&steps](std::size_t a, std::size_t b) {
    return std::pair(steps[a].call, a) < std::pair(steps[b].call, b);
  });
  for (std::size_t event = 0; event < events_.size(); ++event) {
    events_[event].before = event == 0 ? events_.size() - 1 : event - 1;
    events_[event].after = event + 1 == events_.size() ? 0 : event + 1;
    if (event != 0) (events_[event].is_return ? return_of_ : call_of_)[events_[event].step] = event;
  }
}

void OpenSteps::unlink(std::size_t event) {
  events_[events_[event].before].after = events_[event].after;
  events_[events_[event].after].before = events_[event].before;
}

void OpenSteps::relink(std::size_t event) {
  events_[events_[event].before].after = event;
  events_[events_[event].after].before = event;
}

void OpenSteps::take(std::size_t step) {
  check(!taken_[step], "a step happens once");
  taken_[step] = true;
  if (steps_[step].pending()) return;
  --completed_;
  unlink(call_of_[step]);
  unlink(return_of_[step]);
}

void OpenSteps::give_back(std::size_t step) {
  check(taken_[step], "only what happened is undone");
  taken_[step] = false;
  if (steps_[step].pending()) return;
  ++completed_;
  relink(return_of_[step]);
  relink(call_of_[step]);
}

std::size_t OpenSteps::first_return() const {
  std::size_t event = events_[0].after;
  while (event != 0 && !events_[event].is_return) event = events_[event].after;
  return event;
}

std::size_t OpenSteps::first_to_return() const {
  const std::size_t event = first_return();
  check(event != 0, "a completed step is left");
  return events_[event].step;
}

std::vector<std::size_t> OpenSteps::next() const {
  std::vector<std::size_t> found;
  std::size_t event = events_[0].after;
  for (; event != 0 && !events_[event].is_return; event = events_[event].after) {
    found.push_back(events_[event].step);
  }
  const std::uint64_t until = event == 0 ? Step::never : steps_[events_[event].step].returned;
  for (const std::size_t step : pending_) {
    if (steps_[step].call > until) break;
    if (!taken_[step]) found.push_back(step);
  }
  return found;
}

}  // namespace tessera::histories
