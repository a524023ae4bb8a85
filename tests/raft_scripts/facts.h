#pragma once

#include "message.h"
#include "script.h"

#include <map>
#include <set>

/// What a directive's output says, without its wording: the same from a script's text and from
/// our own members, so that the two can be compared. Values.
namespace tessera::raft_scripts {

struct HardStateFact {
  std::uint64_t term = 0;
  std::uint64_t vote = 0;
  std::uint64_t commit = 0;
  bool operator==(const HardStateFact&) const = default;
};

/// Who a member follows and what it is: `StateLeader` and so on.
struct RoleFact {
  std::uint64_t leader = 0;
  std::string state;
  bool operator==(const RoleFact&) const = default;
};

/// What a leader knows of a member's log.
struct ProgressFact {
  std::string state;  ///< `StateProbe` and so on
  std::uint64_t match = 0;
  std::uint64_t next = 0;
  std::uint64_t in_flight = 0;
  bool window_full = false;
};

/// A line of `raft-state`.
struct StandingFact {
  std::string state;
  bool voter = false;
  std::uint64_t term = 0;
  std::uint64_t leader = 0;
  bool operator==(const StandingFact&) const = default;
};

/// A role and since which term, as `INFO 1 became leader at term 2` says it.
struct Became {
  std::string role;
  std::uint64_t term = 0;
};

struct Facts {
  std::vector<ScriptMessage> sent;
  std::vector<ScriptMessage> received;
  std::vector<ScriptMessage> dropped;
  std::map<int, HardStateFact> hard;  ///< the last of each member
  std::map<int, RoleFact> roles;      ///< the last of each member
  std::map<int, std::vector<ScriptEntry>> appended;
  std::map<int, std::vector<ScriptEntry>> committed;
  std::map<int, ProgressFact> progress;
  std::map<int, StandingFact> standing;
  std::map<int, Became> became;              ///< the last of each member
  std::map<int, std::string> configuration;  ///< the last of each member
  std::vector<ScriptEntry> log;
  std::set<int> forgetful;  ///< ours: members that were told to forget their leader
  bool quiet = false;       ///< ours: the script wants to see nothing of it
  bool proposal_dropped = false;
  std::vector<std::string> unknown;  ///< lines that say nothing known

  /// True if a snapshot is spoken of.
  [[nodiscard]] bool speaks_of_snapshot() const;
};

/// What the expected output of `directive` says.
[[nodiscard]] Facts parse_facts(const Directive& directive);

}  // namespace tessera::raft_scripts
