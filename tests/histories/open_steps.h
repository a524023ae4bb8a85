#pragma once

#include "step.h"

#include <cstddef>
#include <vector>

/// The steps of a search that have not happened yet, in the order of time.
namespace tessera::histories {

/// A linked list of calls and returns, from which a step is taken and to which it is given back in
/// constant time. What was taken last must be given back first. Of one search.
class OpenSteps {
 public:
  explicit OpenSteps(const std::vector<Step>& steps);

  void take(std::size_t step);
  void give_back(std::size_t step);

  /// Completed steps that are left.
  [[nodiscard]] std::size_t completed() const { return completed_; }
  /// The steps that may happen next: called before the first return of all that are left. Completed
  /// ones first, each part in the order of the calls.
  [[nodiscard]] std::vector<std::size_t> next() const;
  /// The step that returns first; there must be one.
  [[nodiscard]] std::size_t first_to_return() const;

 private:
  struct Event {
    std::size_t step = 0;
    bool is_return = false;
    std::size_t before = 0;
    std::size_t after = 0;
  };

  void unlink(std::size_t event);
  void relink(std::size_t event);
  [[nodiscard]] std::size_t first_return() const;

  const std::vector<Step>& steps_;
  /// Event 0 is both ends of the list of calls and returns of completed steps.
  std::vector<Event> events_;
  std::vector<std::size_t> call_of_;  ///< event of each completed step
  std::vector<std::size_t> return_of_;
  std::vector<std::size_t> pending_;  ///< in the order of their calls
  std::vector<bool> taken_;
  std::size_t completed_ = 0;
};

}  // namespace tessera::histories
