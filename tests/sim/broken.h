#pragma once

#include <stdexcept>
#include <string>

/// What ends a run: something that must always hold does not.
namespace tessera::sim {

/// Thrown by invariants, caught where a run is started; never passes through the core.
class Broken : public std::runtime_error {
 public:
  struct Finding {
    std::string invariant;
    std::string what;
  };
  explicit Broken(Finding finding)
      : std::runtime_error(finding.invariant + ": " + finding.what), finding_(std::move(finding)) {}
  [[nodiscard]] const Finding& finding() const { return finding_; }

 private:
  Finding finding_;
};

}  // namespace tessera::sim
