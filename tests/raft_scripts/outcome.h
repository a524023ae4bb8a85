#pragma once

#include "scripted_group.h"

/// What a script that changes the configuration comes to. Message for message it cannot be the
/// same: here a configuration is in force when it is appended, there when it is applied.
namespace tessera::raft_scripts {

/// How a script ends; what nothing was said of is absent.
struct Outcome {
  std::optional<std::string> configuration;  ///< as scripts write it
  std::optional<int> leader;
  std::vector<std::string> commands;  ///< the committed entries with contents, in order

  /// True if it is known that the leader is not a voter of the configuration.
  [[nodiscard]] bool leader_is_removed() const;
};

/// Follows the expected output of a script to its end.
class ExpectedOutcome {
 public:
  void add(const Facts& expected);
  [[nodiscard]] Outcome end() const;

 private:
  void heard_leader(int number, std::uint64_t term);
  void add(const std::vector<ScriptEntry>& entries);

  Outcome outcome_;
  std::uint64_t leader_term_ = 0;
  std::uint64_t commit_ = 0;
  std::map<std::uint64_t, ScriptEntry> entries_;
};

/// What is otherwise in `group`; empty if nothing is. A group whose leader the script removes
/// elects another one first: here a removed leader steps down.
[[nodiscard]] std::string differences(const Outcome& expected, ScriptedGroup& group);

}  // namespace tessera::raft_scripts
