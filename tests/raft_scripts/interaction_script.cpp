#include "interaction_script.h"

#include "comparison.h"
#include "outcome.h"

namespace tessera::raft_scripts {
namespace {

/// A directive may be followed by further commands, one a line.
std::vector<Command> commands_of(const Directive& directive) {
  std::vector<Command> commands = {directive.command};
  for (const std::string& line : lines_of(directive.input)) {
    if (auto command = parse_command(line)) commands.push_back(std::move(*command));
  }
  return commands;
}

/// Runs one script directive by directive.
class InteractionRun {
 public:
  explicit InteractionRun(const Script& script) : script_(script) {}
  void run(Tally& tally);

 private:
  [[nodiscard]] Verdict judge(const Directive& directive);
  /// Of a script that changes the configuration: whether a proposal is taken, and at the end what
  /// it came to.
  [[nodiscard]] Verdict judge_outcome();
  [[nodiscard]] Verdict judge_step(const Directive& directive, const Facts& expected);
  [[nodiscard]] Executed execute(const Directive& directive, Facts& facts);
  [[nodiscard]] std::string compare_roles(const Facts& expected) const;

  const Script& script_;
  ScriptedGroup group_;
  Comparison comparison_;
  std::string apart_;    ///< why what follows cannot be compared any more
  std::string suspect_;  ///< why it may not be: something unknown was left out
};

Executed InteractionRun::execute(const Directive& directive, Facts& facts) {
  if (directive.command.name == "propose-conf-change") {
    return group_.propose_change(directive.command, directive.input);
  }
  for (const Command& command : commands_of(directive)) {
    Executed executed = group_.execute(command, facts);
    facts.quiet = facts.quiet || group_.is_quiet();
    if (executed.outcome != Executed::Outcome::done) return executed;
  }
  return {};
}

std::string InteractionRun::compare_roles(const Facts& expected) const {
  static const std::map<std::string, core::Raft::Role> roles = {
      {"follower", core::Raft::Role::follower},
      {"pre-candidate", core::Raft::Role::pre_candidate},
      {"candidate", core::Raft::Role::candidate},
      {"leader", core::Raft::Role::leader},
  };
  std::string text;
  for (const auto& each : group_.members()) {
    const auto became = expected.became.find(each->number());
    if (became == expected.became.end()) continue;
    const core::Raft& raft = each->raft();
    const auto role = roles.find(became->second.role);
    // The only voter needs nobody's answer to lead at once.
    if (raft.leads() && raft.progress().empty()) continue;
    if (role != roles.end() && role->second == raft.role() &&
        became->second.term == raft.term().value()) {
      continue;
    }
    text += "\n    " + std::to_string(each->number()) + " is expected to be " +
            became->second.role + " at term " + std::to_string(became->second.term) +
            ", and is at term " + std::to_string(raft.term().value());
  }
  return text;
}

Verdict InteractionRun::judge(const Directive& directive) {
  if (!apart_.empty()) return Verdict::skip(apart_);
  Facts found;
  const Facts expected = parse_facts(directive);
  const Executed executed = execute(directive, found);
  if (executed.outcome != Executed::Outcome::done) {
    const std::string follows = "follows " + directive.command.name + " (" + executed.reason + ")";
    (executed.outcome == Executed::Outcome::apart ? apart_ : suspect_) = follows;
    return Verdict::skip(executed.reason);
  }
  if (!expected.unknown.empty()) {
    return Verdict::skip("expects \"" + expected.unknown.front() + "\"");
  }
  std::string text = comparison_.differences(expected, found);
  if (found.quiet) return Verdict::pass();
  text += compare_roles(expected);
  if (text.empty()) return Verdict::pass();
  if (suspect_.empty()) return Verdict::fail(text);
  apart_ = suspect_;
  return Verdict::skip(apart_);
}

Verdict InteractionRun::judge_step(const Directive& directive, const Facts& expected) {
  Facts found;
  const Executed executed = execute(directive, found);
  if (executed.outcome != Executed::Outcome::done) {
    return Verdict::skip(directive.command.name + ": " + executed.reason);
  }
  if (expected.proposal_dropped == found.proposal_dropped) return Verdict::pass();
  return Verdict::fail("the proposal on line " + std::to_string(directive.line) + " is " +
                       (found.proposal_dropped ? "dropped here" : "not dropped here"));
}

Verdict InteractionRun::judge_outcome() {
  group_.let_time_pass();
  ExpectedOutcome expected;
  for (const Directive& directive : script_.directives) {
    const Facts facts = parse_facts(directive);
    expected.add(facts);
    Verdict verdict = judge_step(directive, facts);
    if (verdict.kind != Verdict::Kind::passed) return verdict;
  }
  const std::string text = differences(expected.end(), group_);
  return text.empty() ? Verdict::pass() : Verdict::fail("the outcome:" + text);
}

void InteractionRun::run(Tally& tally) {
  if (script_.uses("propose-conf-change")) {
    tally.add({script_, script_.directives.back(), true}, judge_outcome());
    return;
  }
  for (const Directive& directive : script_.directives) {
    const bool exempt =
        parse_facts(directive).speaks_of_snapshot() || directive.command.name == "send-snapshot";
    tally.add({script_, directive, exempt}, judge(directive));
  }
}

}  // namespace

void run_interaction_script(const Script& script, Tally& tally) {
  InteractionRun(script).run(tally);
}

}  // namespace tessera::raft_scripts
