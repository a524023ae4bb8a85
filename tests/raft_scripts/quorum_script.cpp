#include "quorum_script.h"

#include "members.h"
#include <tessera/groups/core/raft/quorum.h>

#include <map>

namespace tessera::raft_scripts {
namespace {

using core::Configuration;

/// What a directive of these scripts gives.
struct Question {
  Configuration configuration;
  std::vector<std::string> inputs;  ///< of each voter in the order of first mention; `_`: none
  std::vector<MemberId> in_order;   ///< the voters, so
};

void add_voters(const std::vector<std::string>* numbers, std::set<MemberId>& voters,
                Question& question) {
  if (numbers == nullptr) return;
  for (const std::string& text : *numbers) {
    const auto number = to_number(text);
    if (!number) continue;  // `zero`: no voters
    const MemberId voter = member(static_cast<int>(*number));
    const bool known = question.configuration.is_voter(voter);
    voters.insert(voter);
    if (!known) question.in_order.push_back(voter);
  }
}

Question question_of(const Command& command, std::string_view inputs) {
  Question question;
  add_voters(command.values_of("cfg"), question.configuration.voters, question);
  add_voters(command.values_of("cfgj"), question.configuration.voters_outgoing, question);
  if (const auto* given = command.values_of(inputs)) question.inputs = *given;
  // A majority of nobody agrees to everything: the other half decides.
  if (question.configuration.voters.empty()) {
    std::swap(question.configuration.voters, question.configuration.voters_outgoing);
  }
  return question;
}

/// The same with the halves exchanged; the same twice if there is one half only.
Configuration exchanged(const Configuration& configuration) {
  Configuration other = configuration;
  if (!other.joint()) other.voters_outgoing = other.voters;
  std::swap(other.voters, other.voters_outgoing);
  return other;
}

std::string committed(const Question& question) {
  std::map<MemberId, Index> reached;
  for (std::size_t at = 0; at < question.in_order.size() && at < question.inputs.size(); ++at) {
    reached[question.in_order[at]] = Index{to_number(question.inputs[at]).value_or(0)};
  }
  const auto lookup = [&](const MemberId& voter) {
    const auto found = reached.find(voter);
    return found == reached.end() ? Index{} : found->second;
  };
  const Index index = core::agreed_index(question.configuration, lookup);
  std::string text = std::to_string(index.value());
  const Index other = core::agreed_index(exchanged(question.configuration), lookup);
  if (other != index) text += " but " + std::to_string(other.value()) + " by symmetry";
  return text;
}

std::string vote_result(const Question& question, const Configuration& configuration) {
  std::set<MemberId> granted;
  std::set<MemberId> refused;
  for (std::size_t at = 0; at < question.in_order.size() && at < question.inputs.size(); ++at) {
    if (question.inputs[at] == "y") granted.insert(question.in_order[at]);
    if (question.inputs[at] == "n") refused.insert(question.in_order[at]);
  }
  const bool won = core::has_quorum(configuration, granted);
  const bool lost = core::quorum_is_lost(configuration, refused);
  if (won && lost) return "won and lost";
  return won ? "VoteWon" : lost ? "VoteLost" : "VotePending";
}

Verdict judge(const Directive& directive) {
  const std::string& name = directive.command.name;
  if (name != "committed" && name != "vote") return Verdict::skip("an unknown directive");
  const Question question = question_of(directive.command, name == "vote" ? "votes" : "idx");
  if (question.configuration.voters.empty()) {
    return Verdict::skip("a configuration without voters is invalid here and decides nothing");
  }
  const auto expected = lines_of(directive.expected);
  if (expected.empty()) return Verdict::fail("no output is given");
  if (question.inputs.size() != question.in_order.size()) {
    return Verdict::skip("its point is how the script language reports a wrong number of inputs");
  }
  // The lines above the last one are a picture of the input.
  const std::string wanted(trimmed(expected.back()));
  std::string found;
  if (name == "committed") {
    found = committed(question);
  } else {
    found = vote_result(question, question.configuration);
    const std::string other = vote_result(question, exchanged(question.configuration));
    if (other != found) found += " but " + other + " by symmetry";
  }
  if (found == wanted) return Verdict::pass();
  return Verdict::fail("expected " + wanted + ", found " + found);
}

}  // namespace

bool is_quorum_script(const Script& script) {
  return script.uses("committed") || script.uses("vote");
}

void run_quorum_script(const Script& script, Tally& tally) {
  for (const Directive& directive : script.directives) {
    tally.add({script, directive}, judge(directive));
  }
}

}  // namespace tessera::raft_scripts
