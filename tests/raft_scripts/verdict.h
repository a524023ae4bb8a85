#pragma once

#include "script.h"

#include <cstddef>
#include <iosfwd>
#include <string>

/// What became of the directives of all scripts. Single-threaded.
namespace tessera::raft_scripts {

struct Verdict {
  enum class Kind { passed, failed, skipped };
  Kind kind = Kind::passed;
  std::string reason;  ///< why it failed, or why it does not apply

  [[nodiscard]] static Verdict pass() { return {}; }
  [[nodiscard]] static Verdict fail(std::string reason) {
    return {Kind::failed, std::move(reason)};
  }
  [[nodiscard]] static Verdict skip(std::string reason) {
    return {Kind::skipped, std::move(reason)};
  }
};

/// Counts verdicts and writes every failure and every skip as it comes.
class Tally {
 public:
  explicit Tally(std::ostream& out) : out_(out) {}

  /// Of one directive. `exempt`: it changes a configuration or is about a snapshot, and does not
  /// count against the share that may be skipped.
  struct Subject {
    const Script& script;
    const Directive& directive;
    bool exempt = false;
  };
  void add(const Subject& subject, const Verdict& verdict);

  [[nodiscard]] std::size_t failed() const { return failed_; }
  /// True if more than one in ten of the directives that are not exempt was skipped.
  [[nodiscard]] bool skips_too_much() const { return skipped_not_exempt_ * 10 > not_exempt_; }
  /// Writes the share of skips, then the line `N passed, M failed, K skipped`.
  void summarise() const;

 private:
  std::ostream& out_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  std::size_t skipped_ = 0;
  std::size_t not_exempt_ = 0;
  std::size_t skipped_not_exempt_ = 0;
};

}  // namespace tessera::raft_scripts
