#include "confchange_script.h"

#include "configuration_edit.h"
#include "members.h"
#include <tessera/groups/core/entry_data.h>

#include <map>

namespace tessera::raft_scripts {
namespace {

/// The members that the expected output tracks, each with whether it is only a learner.
std::map<int, bool> tracked(const std::vector<std::string>& expected) {
  std::map<int, bool> members;
  for (const std::string& line : expected) {
    const auto number = to_number(line.substr(0, line.find(':')));
    if (number) members[static_cast<int>(*number)] = line.ends_with(" learner");
  }
  return members;
}

std::map<int, bool> members_of(const core::Configuration& configuration) {
  std::map<int, bool> members;
  for (const MemberId& each : configuration.members()) {
    members[number_of(each.peer)] = !configuration.is_voter(each);
  }
  return members;
}

class ConfchangeRun {
 public:
  Verdict judge(const Directive& directive);

 private:
  [[nodiscard]] Verdict compare(const core::Configuration& next,
                                const std::vector<std::string>& expected) const;
  [[nodiscard]] static Verdict judge_refusal(const core::Configuration& next,
                                             const std::string& wanted);

  core::Configuration current_;
};

Verdict ConfchangeRun::judge(const Directive& directive) {
  const std::string& name = directive.command.name;
  if (name != "simple" && name != "enter-joint" && name != "leave-joint") {
    return Verdict::skip("an unknown directive");
  }
  const auto changes = parse_changes(directive.input);
  const auto expected = lines_of(directive.expected);
  if (!changes || expected.empty()) return Verdict::skip("how the script language reports errors");
  const bool refused_there = !expected.front().starts_with("voters=");
  // What is asked for on the way through a joint configuration is refused there, and cannot be
  // asked for here.
  if (current_.joint() && name != "leave-joint") {
    return refused_there ? judge_refusal(current_, expected.front())
                         : Verdict::fail("expected a change of a joint configuration");
  }
  const core::Configuration wanted = changed(current_, *changes);
  const core::Configuration next = name == "simple"        ? wanted
                                   : name == "enter-joint" ? current_.joint_with(wanted)
                                                           : current_.after_joint();
  if (refused_there) return judge_refusal(next, expected.front());
  const Verdict verdict = compare(next, expected);
  current_ = next;
  return verdict;
}

Verdict ConfchangeRun::judge_refusal(const core::Configuration& next, const std::string& wanted) {
  // Without a voter a configuration is invalid; the other refusals are of requests that do not
  // exist here, where a leader is handed whole configurations.
  if (wanted.find("removed all voters") == std::string::npos) {
    return Verdict::skip("refused there (" + wanted + "): here there is no such request");
  }
  if (!next.validate()) return Verdict::pass();
  return Verdict::fail("a configuration without a voter passes as valid");
}

Verdict ConfchangeRun::compare(const core::Configuration& next,
                               const std::vector<std::string>& expected) const {
  // `autoleave` is in whose hands the way out of a joint configuration lies, not who is in it.
  std::string wanted(trimmed(expected.front().substr(0, expected.front().find(" autoleave"))));
  // Twice the same voters decide as they do once: the core needs no joint configuration for that.
  const auto both = wanted.find("&&");
  if (!next.joint() && both != std::string::npos) {
    const std::string voters = wanted.substr(7, both - 7);
    if (wanted.substr(both + 2, voters.size()) == voters) wanted.erase(both, voters.size() + 2);
  }
  if (to_text(next) != wanted) {
    return Verdict::fail("expected " + wanted + ", found " + to_text(next));
  }
  if (next.voters.empty() && wanted == "voters=()") {
    return Verdict::skip("a configuration without voters is invalid here");
  }
  if (const auto valid = next.validate(); !valid) {
    return Verdict::fail("valid there, here: " + valid.error().message());
  }
  const auto decoded = core::decode_configuration(core::encode_configuration(next));
  if (!decoded || *decoded != next) {
    return Verdict::fail("the entry's data does not bring the configuration back");
  }
  if (members_of(*decoded) != tracked(expected)) {
    return Verdict::fail("other members are tracked, or others only as learners");
  }
  return Verdict::pass();
}

}  // namespace

bool is_confchange_script(const Script& script) {
  return script.uses("simple") || script.uses("enter-joint") || script.uses("leave-joint");
}

void run_confchange_script(const Script& script, Tally& tally) {
  ConfchangeRun run;
  for (const Directive& directive : script.directives) {
    tally.add({script, directive, true}, run.judge(directive));
  }
}

}  // namespace tessera::raft_scripts
