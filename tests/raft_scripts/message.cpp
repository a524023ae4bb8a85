#include "message.h"

#include "script.h"
#include <tessera/groups/core/raft/raft.h>

#include <array>

namespace tessera::raft_scripts {
namespace {

/// Cuts `word` off the beginning of `rest`; false if it does not begin so.
bool cut(std::string_view& rest, std::string_view word) {
  if (!rest.starts_with(word)) return false;
  rest.remove_prefix(word.size());
  return true;
}

std::optional<std::uint64_t> cut_number(std::string_view& rest) {
  const std::size_t length = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const auto number = to_number(rest.substr(0, length));
  if (number) rest.remove_prefix(length);
  return number;
}

/// Cuts a quoted text with its quotes; quotes inside follow a backslash.
std::string cut_quoted(std::string_view& rest) {
  std::size_t end = 1;
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  end = std::min(end + 1, rest.size());
  std::string quoted(rest.substr(0, end));
  rest.remove_prefix(end);
  return quoted;
}

std::optional<ScriptEntry> cut_entry(std::string_view& rest) {
  std::string_view ahead = rest;
  const auto term = cut_number(ahead);
  if (!term || !cut(ahead, "/")) return std::nullopt;
  const auto index = cut_number(ahead);
  if (!index || !cut(ahead, " Entry")) return std::nullopt;
  ScriptEntry entry{*term, *index, "EntryConfChange"};
  if (cut(ahead, "Normal")) {
    entry.text = "EntryNormal";
    if (cut(ahead, " ")) entry.text += ' ' + (ahead.starts_with('"') ? cut_quoted(ahead) : "");
  } else {
    ahead.remove_prefix(std::min(ahead.find_first_of(",]"), ahead.size()));
  }
  rest = ahead;
  return entry;
}

/// Between brackets: entries separated by commas, or by line ends that became blanks.
void cut_entries(std::string_view& rest, std::vector<ScriptEntry>& entries) {
  while (!rest.empty() && !cut(rest, "]")) {
    if (cut(rest, ",") || cut(rest, " ")) continue;
    auto entry = cut_entry(rest);
    if (!entry) return;
    entries.push_back(std::move(*entry));
  }
}

void cut_rejection(std::string_view& rest, ScriptMessage& message) {
  message.rejected = true;
  if (!cut(rest, " (Hint: ")) return;
  message.hint = cut_number(rest).value_or(0);
  cut(rest, ")");
}

void cut_field(std::string_view& rest, ScriptMessage& message) {
  if (cut(rest, "Term:")) {
    message.term = cut_number(rest).value_or(0);
  } else if (cut(rest, "Log:")) {
    message.log_term = cut_number(rest).value_or(0);
    cut(rest, "/");
    message.log_index = cut_number(rest).value_or(0);
  } else if (cut(rest, "Commit:")) {
    message.commit = cut_number(rest).value_or(0);
  } else if (cut(rest, "Rejected")) {
    cut_rejection(rest, message);
  } else if (cut(rest, "Entries:[")) {
    cut_entries(rest, message.entries);
  } else if (cut(rest, "Snapshot: Index:")) {
    message.snapshot = cut_number(rest).value_or(0);
    rest = {};  // the configuration in it is compared when it is in force
  } else {
    rest.remove_prefix(std::min(rest.find(' '), rest.size()));
  }
}

/// A message without contents.
ScriptMessage named(const Journey& journey, std::string_view type, Term term) {
  ScriptMessage message;
  message.from = journey.from;
  message.to = journey.to;
  message.type = type;
  message.term = term.value();
  return message;
}

/// Puts each of our messages into the script's words.
struct Wording {
  const Journey& journey;

  std::optional<ScriptMessage> operator()(const core::VoteRequest& ours) const {
    auto message = named(journey, ours.pre ? "MsgPreVote" : "MsgVote", ours.term);
    message.log_term = ours.last.term.value();
    message.log_index = ours.last.index.value();
    return message;
  }
  std::optional<ScriptMessage> operator()(const core::VoteResponse& ours) const {
    auto message = named(journey, ours.pre ? "MsgPreVoteResp" : "MsgVoteResp", ours.term);
    message.rejected = !ours.granted;
    return message;
  }
  std::optional<ScriptMessage> operator()(const core::AppendRequest& ours) const {
    auto message = named(journey, "MsgApp", ours.term);
    message.log_term = ours.preceding.term.value();
    message.log_index = ours.preceding.index.value();
    message.commit = ours.commit.value();
    for (const RawEntry& entry : ours.entries) message.entries.push_back(shown(entry));
    return message;
  }
  std::optional<ScriptMessage> operator()(const core::AppendResponse& ours) const {
    auto message = named(journey, "MsgAppResp", ours.term);
    message.log_index = ours.index.value();
    message.rejected = ours.rejected;
    if (ours.rejected) {
      message.log_term = ours.hint.term.value();
      message.hint = ours.hint.index.value();
    }
    return message;
  }
  std::optional<ScriptMessage> operator()(const core::HeartbeatRequest& ours) const {
    auto message = named(journey, "MsgHeartbeat", ours.term);
    message.commit = ours.commit.value();
    return message;
  }
  std::optional<ScriptMessage> operator()(const core::HeartbeatResponse& ours) const {
    return named(journey, "MsgHeartbeatResp", ours.term);
  }
  std::optional<ScriptMessage> operator()(const core::SyncOffer& ours) const {
    auto message = named(journey, "MsgSnap", ours.term);
    message.snapshot = ours.target.index.value();
    return message;
  }
  std::optional<ScriptMessage> operator()(const core::SyncDone& ours) const {
    auto message = named(journey, "MsgAppResp", ours.term);
    message.log_index = ours.position.index.value();
    return message;
  }
  /// What else one core says to another in its leader's name is that it shall take its place.
  std::optional<ScriptMessage> operator()(const core::TimeoutNow& ours) const {
    return named(journey, "MsgTimeoutNow", ours.term);
  }
  template <class Other>
  std::optional<ScriptMessage> operator()(const Other&) const {
    return std::nullopt;
  }
};

}  // namespace

std::optional<ScriptEntry> parse_entry(std::string_view line) { return cut_entry(line); }

std::optional<ScriptMessage> parse_message(std::string_view line) {
  ScriptMessage message;
  const auto from = cut_number(line);
  if (!from || !cut(line, "->")) return std::nullopt;
  const auto to = cut_number(line);
  if (!to || !cut(line, " Msg")) return std::nullopt;
  message.from = static_cast<int>(*from);
  message.to = static_cast<int>(*to);
  const std::size_t end = std::min(line.find(' '), line.size());
  message.type = "Msg" + std::string(line.substr(0, end));
  line.remove_prefix(end);
  while (!line.empty()) {
    if (!cut(line, " ")) cut_field(line, message);
  }
  return message;
}

ScriptEntry shown(const RawEntry& entry) {
  ScriptEntry text{entry.position.term.value(), entry.position.index.value(), "EntryConfChange"};
  if (entry.kind == EntryKind::membership) return text;
  text.text = "EntryNormal \"";
  for (const char next : entry.data.text()) {
    if (next == '"' || next == '\\') text.text += '\\';
    text.text += next;
  }
  text.text += '"';
  return text;
}

std::string to_text(const ScriptEntry& entry) {
  return std::to_string(entry.term) + "/" + std::to_string(entry.index) + " " + entry.text;
}

std::string to_text(const ScriptMessage& message) {
  std::string text = std::to_string(message.from) + "->" + std::to_string(message.to) + " " +
                     message.type + " Term:" + std::to_string(message.term) +
                     " Log:" + std::to_string(message.log_term) + "/" +
                     std::to_string(message.log_index);
  if (message.rejected) text += " Rejected (Hint: " + std::to_string(message.hint) + ")";
  if (message.commit != 0) text += " Commit:" + std::to_string(message.commit);
  for (const ScriptEntry& entry : message.entries) text += " [" + to_text(entry) + "]";
  if (message.snapshot != 0) text += " Snapshot:" + std::to_string(message.snapshot);
  return text;
}

std::optional<ScriptMessage> shown(const Journey& journey, const core::Message& message) {
  return std::visit(Wording{journey}, message);
}

}  // namespace tessera::raft_scripts
