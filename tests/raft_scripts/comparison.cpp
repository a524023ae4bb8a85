#include "comparison.h"

#include <algorithm>

namespace tessera::raft_scripts {
namespace {

std::string to_text(const HardStateFact& hard) {
  return "term " + std::to_string(hard.term) + " vote " + std::to_string(hard.vote) + " commit " +
         std::to_string(hard.commit);
}
std::string to_text(const RoleFact& role) {
  return role.state + " under " + std::to_string(role.leader);
}
std::string to_text(const StandingFact& standing) {
  return standing.state + (standing.voter ? " voter" : " non-voter") + " term " +
         std::to_string(standing.term) + " under " + std::to_string(standing.leader);
}
std::string to_text(const std::vector<ScriptEntry>& entries) {
  std::string text;
  for (const ScriptEntry& entry : entries) text += " [" + raft_scripts::to_text(entry) + "]";
  return text;
}
std::string to_text(const std::vector<ScriptMessage>& messages) {
  std::string text;
  for (const ScriptMessage& message : messages) text += "\n      " + raft_scripts::to_text(message);
  return text;
}

/// Says of each member for which the two differ what was expected and what was found.
template <class Fact>
std::string compare_maps(const std::map<int, Fact>& expected, const std::map<int, Fact>& found,
                         std::string_view what) {
  std::set<int> members;
  for (const auto& each : expected) members.insert(each.first);
  for (const auto& each : found) members.insert(each.first);
  std::string text;
  for (const int number : members) {
    const auto left = expected.find(number);
    const auto right = found.find(number);
    const bool both = left != expected.end() && right != found.end();
    if (both && left->second == right->second) continue;
    text += "\n    " + std::string(what) + " of " + std::to_string(number) + ": expected " +
            (left == expected.end() ? "nothing" : to_text(left->second)) + ", found " +
            (right == found.end() ? "nothing" : to_text(right->second));
  }
  return text;
}

/// Without those of members whose leader is not known here.
template <class Fact>
std::map<int, Fact> without(std::map<int, Fact> facts, const std::set<int>& members) {
  std::erase_if(facts, [&](const auto& each) { return members.contains(each.first); });
  return facts;
}

std::map<int, StandingFact> without_leader(std::map<int, StandingFact> facts,
                                           const std::set<int>& members) {
  for (const int number : members) {
    if (const auto found = facts.find(number); found != facts.end()) found->second.leader = 0;
  }
  return facts;
}

std::string compare_progress(const Facts& expected, const Facts& found) {
  std::string text;
  for (const auto& [number, want] : expected.progress) {
    const auto have = found.progress.find(number);
    std::string why;
    if (have == found.progress.end()) {
      why = "is not tracked";
    } else if (have->second.match != want.match) {
      why = "match is " + std::to_string(have->second.match);
    } else if (have->second.state == "offered a session") {
      continue;
    } else if (have->second.state != want.state || have->second.next != want.next) {
      why = have->second.state + " next " + std::to_string(have->second.next);
    } else if (have->second.in_flight != want.in_flight && want.state == "StateReplicate") {
      why = std::to_string(have->second.in_flight) + " in flight";
    }
    if (why.empty()) continue;
    text += "\n    progress of " + std::to_string(number) + ": expected " + want.state + " match " +
            std::to_string(want.match) + " next " + std::to_string(want.next) + " in flight " +
            std::to_string(want.in_flight) + ", found: " + why;
  }
  return text;
}

/// One append for each entry; each follows the one before.
void add_split(const ScriptMessage& message, std::vector<ScriptMessage>& stream) {
  if (message.entries.size() < 2) {
    stream.push_back(message);
    return;
  }
  ScriptMessage part = message;
  for (const ScriptEntry& entry : message.entries) {
    part.entries = {entry};
    stream.push_back(part);
    part.log_term = entry.term;
    part.log_index = entry.index;
  }
}

/// True if `next` says all that `last` said: of a run only the last is compared.
bool replaces(const ScriptMessage& next, const ScriptMessage& last) {
  if (next.term != last.term) return false;
  if (next.is_acknowledgement() && last.is_acknowledgement()) {
    return next.log_index >= last.log_index;
  }
  return next.is_empty_append() && last.is_empty_append() && next.log_index == last.log_index &&
         next.commit >= last.commit;
}

/// What only some releases of etcd/raft say in a message, or not in ours.
ScriptMessage without_extras(ScriptMessage message) {
  if (message.type != "MsgApp" && message.type != "MsgHeartbeat") message.commit = 0;
  if (message.type == "MsgAppResp") message.log_term = 0;
  return message;
}

}  // namespace

Comparison::Streams Comparison::streams_of(const std::vector<ScriptMessage>& messages, Said& said) {
  Streams streams;
  for (const ScriptMessage& each : messages) {
    const ScriptMessage message = without_extras(each);
    const Pair pair{message.from, message.to, message.term};
    if (message.type == "MsgApp") {
      auto& commit = said.commit[pair];
      if (message.entries.empty() && message.commit <= commit) continue;
      commit = std::max(commit, message.commit);
    }
    if (message.is_acknowledgement() && message.log_index != 0) {
      auto& acknowledged = said.acknowledged[pair];
      if (message.log_index <= acknowledged) continue;
      acknowledged = message.log_index;
    }
    auto& stream = streams[std::to_string(message.from) + "->" + std::to_string(message.to) + ' ' +
                           message.type];
    std::vector<ScriptMessage> parts;
    add_split(message, parts);
    for (ScriptMessage& part : parts) {
      if (!stream.empty() && replaces(part, stream.back())) stream.pop_back();
      stream.push_back(std::move(part));
    }
  }
  return streams;
}

std::string Comparison::compare(const Messages& messages, Said& said) {
  Said said_there = said;
  const Streams expected = streams_of(messages.expected, said_there);
  const Streams found = streams_of(messages.found, said);
  std::set<std::string> ways;
  for (const auto& each : expected) ways.insert(each.first);
  for (const auto& each : found) ways.insert(each.first);
  std::string text;
  for (const std::string& way : ways) {
    const auto left = expected.find(way);
    const auto right = found.find(way);
    const bool both = left != expected.end() && right != found.end();
    if (both && left->second == right->second) continue;
    text += "\n    " + std::string(messages.where) + ' ' + way + ": expected" +
            (left == expected.end() ? " nothing" : to_text(left->second)) + "\n    found" +
            (right == found.end() ? " nothing" : to_text(right->second));
  }
  return text;
}

std::string Comparison::differences(const Facts& expected, const Facts& found) {
  std::string text = compare({expected.sent, found.sent, "sent"}, sent_);
  text += compare({expected.received, found.received, "received"}, received_);
  Said nothing;
  text += compare({expected.dropped, found.dropped, "dropped"}, nothing);
  text += compare_maps(expected.hard, found.hard, "hard state");
  text += compare_maps(without(expected.roles, found.forgetful),
                       without(found.roles, found.forgetful), "role");
  text += compare_maps(expected.appended, found.appended, "entries");
  text += compare_maps(expected.committed, found.committed, "committed entries");
  text += compare_maps(without_leader(expected.standing, found.forgetful),
                       without_leader(found.standing, found.forgetful), "standing");
  text += compare_progress(expected, found);
  if (expected.log != found.log) {
    text += "\n    log: expected" + to_text(expected.log) + ", found" + to_text(found.log);
  }
  if (expected.proposal_dropped != found.proposal_dropped) {
    text += std::string("\n    the proposal is ") +
            (found.proposal_dropped ? "dropped here" : "not dropped here");
  }
  return text;
}

}  // namespace tessera::raft_scripts
