#include "outcome.h"

#include <algorithm>

namespace tessera::raft_scripts {
namespace {

constexpr std::string_view empty_entry = "EntryNormal \"\"";

/// The contents of what is committed, as far as any member still has it in memory.
std::vector<std::string> committed_commands(const ScriptedGroup& group) {
  std::map<Index, std::string> commands;
  for (const auto& each : group.members()) {
    const core::Log& log = each->raft().log();
    for (Index at = log.first_recent(); at <= each->raft().committed().index; ++at) {
      const RawEntry* entry = log.recent(at);
      if (entry != nullptr && entry->kind == EntryKind::command) commands[at] = shown(*entry).text;
    }
  }
  std::vector<std::string> texts;
  for (const auto& [index, text] : commands) texts.push_back(text);
  return texts;
}

std::string join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += " [" + text + "]";
  return joined.empty() ? " nothing" : joined;
}

std::string compare_configuration(const std::string& wanted, const core::Raft& raft) {
  const core::Configuration& in_force = raft.configurations().in_force();
  // `autoleave` is in whose hands the way out of a joint configuration lies.
  const std::string members = wanted.substr(0, wanted.find(" autoleave"));
  if (to_text(in_force) != members) {
    return "\n    configuration: expected " + members + ", found " + to_text(in_force);
  }
  // A joint one needs both majorities from its own entry on, and some of them may not exist.
  const bool committed = raft.configurations().in_force_since() <= raft.committed().index;
  return committed || in_force.joint() ? "" : "\n    the change is not committed";
}

std::string compare_commands(const Outcome& expected, const ScriptedGroup& group) {
  const std::vector<std::string> found = committed_commands(group);
  const bool begins_so =
      found.size() >= expected.commands.size() &&
      std::equal(expected.commands.begin(), expected.commands.end(), found.begin());
  // The next leader commits what the removed one could not.
  const bool complete = found.size() == expected.commands.size() || expected.leader_is_removed();
  if (begins_so && complete) return {};
  return "\n    committed commands: expected" + join(expected.commands) + ", found" + join(found);
}

}  // namespace

bool Outcome::leader_is_removed() const {
  if (!leader || !configuration) return false;
  const std::string voters = configuration->substr(0, configuration->find(" learners"));
  std::string number;
  for (const char next : voters + " ") {
    if (next >= '0' && next <= '9') {
      number += next;
    } else if (number == std::to_string(*leader)) {
      return false;
    } else {
      number.clear();
    }
  }
  return true;
}

void ExpectedOutcome::heard_leader(int number, std::uint64_t term) {
  if (term < leader_term_) return;
  leader_term_ = term;
  outcome_.leader = number;
}

void ExpectedOutcome::add(const std::vector<ScriptEntry>& entries) {
  for (const ScriptEntry& entry : entries) entries_[entry.index] = entry;
}

void ExpectedOutcome::add(const Facts& expected) {
  for (const auto& [number, configuration] : expected.configuration) {
    if (configuration != "voters=()") outcome_.configuration = configuration;
  }
  for (const auto& [number, became] : expected.became) {
    if (became.role == "leader") heard_leader(number, became.term);
  }
  for (const auto& [number, standing] : expected.standing) {
    if (standing.state == "StateLeader") heard_leader(number, standing.term);
  }
  for (const auto& messages : {expected.sent, expected.received}) {
    for (const ScriptMessage& message : messages) {
      add(message.entries);
      const bool leads = message.type == "MsgApp" || message.type == "MsgHeartbeat";
      if (leads) heard_leader(message.from, message.term);
    }
  }
  for (const auto& [number, hard] : expected.hard) commit_ = std::max(commit_, hard.commit);
  for (const auto& [number, entries] : expected.appended) add(entries);
  for (const auto& [number, entries] : expected.committed) add(entries);
}

Outcome ExpectedOutcome::end() const {
  Outcome outcome = outcome_;
  for (const auto& [index, entry] : entries_) {
    const bool is_command = entry.text.starts_with("EntryNormal") && entry.text != empty_entry;
    if (index <= commit_ && is_command) outcome.commands.push_back(entry.text);
  }
  return outcome;
}

std::string differences(const Outcome& expected, ScriptedGroup& group) {
  if (group.members().empty()) return "\n    there are no members";
  std::string text;
  if (expected.leader_is_removed()) {
    group.elect();
    if (group.leader() == nullptr) text += "\n    nobody takes the place of the removed leader";
  } else if (expected.leader) {
    const ScriptedMember* const leader = group.leader();
    const int found = leader == nullptr ? 0 : leader->number();
    if (found != *expected.leader) {
      text += "\n    leader: expected " + std::to_string(*expected.leader) + ", found " +
              std::to_string(found);
    }
  }
  if (expected.configuration) {
    text += compare_configuration(*expected.configuration, group.furthest().raft());
  }
  return text + compare_commands(expected, group);
}

}  // namespace tessera::raft_scripts
