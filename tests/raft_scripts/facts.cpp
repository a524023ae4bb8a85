#include "facts.h"

#include <algorithm>
#include <regex>

namespace tessera::raft_scripts {
namespace {

std::uint64_t number(const std::ssub_match& match) { return to_number(match.str()).value_or(0); }
int member_number(const std::ssub_match& match) { return static_cast<int>(number(match)); }

/// Reads an output line by line; what a line means depends on the heading above it.
class FactsReader {
 public:
  explicit FactsReader(const Directive& directive) {
    const auto numbers = directive.command.numbers();
    if (!numbers.empty()) member_ = numbers.front();
    for (const std::string& line : lines_of(directive.expected)) read(std::string(trimmed(line)));
  }
  [[nodiscard]] Facts take() { return std::move(facts_); }

 private:
  enum class Section { none, appended, committed, sent, received, ignored };

  void read(const std::string& line);
  bool continues(const std::string& line);
  bool is_heading(const std::string& line);
  bool is_message(const std::string& line);
  bool is_log_line(const std::string& line);
  bool is_ready_line(const std::string& line);
  bool is_table_line(const std::string& line);
  void add(const ScriptMessage& message);
  void add_to(std::vector<ScriptMessage>& messages, const ScriptMessage& message);

  Facts facts_;
  std::vector<ScriptMessage>* last_ = nullptr;  ///< where the last message was added
  Section section_ = Section::none;
  int member_ = 0;
  std::string open_;           ///< a message whose entries go on over lines
  bool in_responses_ = false;  ///< of a message to a member's own storage
};

void FactsReader::read(const std::string& line) {
  static const std::vector<std::string> says_nothing = {"", "ok", "ok (quiet)", "no messages",
                                                        "<empty Ready>"};
  if (continues(line) || is_heading(line) || is_message(line) || is_log_line(line)) return;
  if (is_ready_line(line) || is_table_line(line)) return;
  const bool silent =
      std::find(says_nothing.begin(), says_nothing.end(), line) != says_nothing.end();
  if (!silent && !line.starts_with("log is empty")) facts_.unknown.push_back(line);
}

bool FactsReader::continues(const std::string& line) {
  if (in_responses_) {
    if (line == "]") in_responses_ = false;
    return true;
  }
  if (open_.empty()) return false;
  open_ += (open_.ends_with('[') ? "" : ", ") + line;
  if (line == "]") {
    if (const auto message = parse_message(open_)) add(*message);
    open_.clear();
  }
  return true;
}

bool FactsReader::is_heading(const std::string& line) {
  static const std::regex member_heading(R"(> (\d+) (handling|receiving|processing).*)");
  static const std::map<std::string, Section> headings = {
      {"Entries:", Section::appended}, {"CommittedEntries:", Section::committed},
      {"Messages:", Section::sent},    {"Processing:", Section::ignored},
      {"Responses:", Section::sent},
  };
  if (std::smatch match; std::regex_match(line, match, member_heading)) {
    member_ = member_number(match[1]);
    section_ = match[2] == "receiving" ? Section::received : Section::none;
    return true;
  }
  if (const auto heading = headings.find(line); heading != headings.end()) {
    section_ = heading->second;
    return true;
  }
  return line.starts_with("Ready MustSync");
}

bool FactsReader::is_message(const std::string& line) {
  static const std::regex storage(R"((\d+->A(ppend|pply)Thread|A(ppend|pply)Thread->\d+) .*)");
  if (std::regex_match(line, storage)) {
    in_responses_ = line.ends_with("Responses:[");
    return true;
  }
  if (line.ends_with("Entries:[")) {
    open_ = line;
    return true;
  }
  if (line.starts_with("dropped: ")) {
    if (const auto message = parse_message(line.substr(9))) add_to(facts_.dropped, *message);
    return true;
  }
  if (line.starts_with("Snapshot")) {
    // Of the message above if that one names none, else of what was installed.
    const auto snapshot = parse_message("0->0 Msg " + line);
    const bool above = last_ != nullptr && last_->back().type == "MsgSnap";
    if (above && last_->back().snapshot == 0) last_->back().snapshot = snapshot->snapshot;
    return true;
  }
  const auto message = parse_message(line);
  if (message) add(*message);
  return message.has_value();
}

void FactsReader::add(const ScriptMessage& message) {
  if (message.from == message.to || section_ == Section::ignored) return;
  // Without a heading it is the output of deliver-msgs, or of send-snapshot.
  add_to(section_ == Section::sent ? facts_.sent : facts_.received, message);
}

void FactsReader::add_to(std::vector<ScriptMessage>& messages, const ScriptMessage& message) {
  messages.push_back(message);
  last_ = &messages;
}

bool FactsReader::is_log_line(const std::string& line) {
  static const std::regex level("(DEBUG|INFO|WARN|ERROR|FATAL) .*");
  static const std::regex became(R"(INFO (\d+) became ([a-z-]+) at term (\d+))");
  static const std::regex switched(R"(INFO (\d+) switched to configuration (.*))");
  std::smatch match;
  if (std::regex_match(line, match, became)) {
    facts_.became[member_number(match[1])] = {match[2], number(match[3])};
  } else if (std::regex_match(line, match, switched)) {
    facts_.configuration[member_number(match[1])] = match[2];
  }
  return std::regex_match(line, level);
}

bool FactsReader::is_ready_line(const std::string& line) {
  static const std::regex role(R"(Lead:(\d+) State:(\w+))");
  static const std::regex hard(R"(HardState Term:(\d+)( Vote:(\d+))?( Commit:(\d+))?)");
  std::smatch match;
  if (std::regex_match(line, match, role)) {
    facts_.roles[member_] = {number(match[1]), match[2]};
    return true;
  }
  if (std::regex_match(line, match, hard)) {
    facts_.hard[member_] = {number(match[1]), number(match[3]), number(match[5])};
    return true;
  }
  if (line == "raft proposal dropped") return facts_.proposal_dropped = true;
  const auto entry = parse_entry(line);
  if (!entry) return false;
  if (section_ == Section::appended) {
    facts_.appended[member_].push_back(*entry);
  } else if (section_ == Section::committed) {
    facts_.committed[member_].push_back(*entry);
  } else {
    facts_.log.push_back(*entry);
  }
  return true;
}

bool FactsReader::is_table_line(const std::string& line) {
  static const std::regex progress(R"((\d+): State(\w+) match=(\d+) (commit=\d+ )?next=(\d+)(.*))");
  static const std::regex in_flight(R"(.*inflight=(\d+)(\[full\])?.*)");
  static const std::regex standing(R"((\d+): (State\w+) \((\S+)\) Term:(\d+) Lead:(\d+))");
  std::smatch match;
  if (std::regex_match(line, match, progress)) {
    ProgressFact fact{"State" + match[2].str(), number(match[3]), number(match[5]), 0, false};
    const std::string rest = match[6];
    if (std::smatch window; std::regex_match(rest, window, in_flight)) {
      fact.in_flight = number(window[1]);
      fact.window_full = window[2].matched;
    }
    facts_.progress[member_number(match[1])] = fact;
    return true;
  }
  if (!std::regex_match(line, match, standing)) return false;
  facts_.standing[member_number(match[1])] = {match[2], match[3] == "Voter", number(match[4]),
                                              number(match[5])};
  return true;
}

}  // namespace

bool Facts::speaks_of_snapshot() const {
  const auto is_snapshot = [](const ScriptMessage& message) { return message.type == "MsgSnap"; };
  const auto in = [&](const std::vector<ScriptMessage>& messages) {
    return std::any_of(messages.begin(), messages.end(), is_snapshot);
  };
  return in(sent) || in(received) || in(dropped) ||
         std::any_of(progress.begin(), progress.end(),
                     [](const auto& each) { return each.second.state == "StateSnapshot"; });
}

Facts parse_facts(const Directive& directive) { return FactsReader(directive).take(); }

}  // namespace tessera::raft_scripts
