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
  [[nodiscard]] Verdict compare(const EditedConfiguration& next,
                                const std::vector<std::string>& expected) const;
  [[nodiscard]] static Verdict judge_refusal(const EditedConfiguration& next,
                                             const std::string& wanted);

  EditedConfiguration current_;
};

Verdict ConfchangeRun::judge(const Directive& directive) {
  const std::string& name = directive.command.name;
  if (name != "simple" && name != "enter-joint" && name != "leave-joint") {
    return Verdict::skip("an unknown directive");
  }
  const auto changes = parse_changes(directive.input);
  const auto expected = lines_of(directive.expected);
  if (!changes || expected.empty()) return Verdict::skip("how the script language reports errors");
  const EditedConfiguration next = name == "simple"        ? changed(current_, *changes)
                                   : name == "enter-joint" ? entered(current_, *changes)
                                                           : left(current_);
  if (!expected.front().starts_with("voters=")) return judge_refusal(next, expected.front());
  const Verdict verdict = compare(next, expected);
  current_ = next;
  return verdict;
}

Verdict ConfchangeRun::judge_refusal(const EditedConfiguration& next, const std::string& wanted) {
  // Without a voter a configuration is invalid; the other refusals are of requests that do not
  // exist here, where a leader is handed whole configurations.
  if (wanted.find("removed all voters") == std::string::npos) {
    return Verdict::skip("refused there (" + wanted + "): here there is no such request");
  }
  if (!next.configuration.validate()) return Verdict::pass();
  return Verdict::fail("a configuration without a voter passes as valid");
}

Verdict ConfchangeRun::compare(const EditedConfiguration& next,
                               const std::vector<std::string>& expected) const {
  // `autoleave` is in whose hands the way out of a joint configuration lies, not who is in it.
  const std::string wanted(
      trimmed(expected.front().substr(0, expected.front().find(" autoleave"))));
  if (to_text(next) != wanted) {
    return Verdict::fail("expected " + wanted + ", found " + to_text(next));
  }
  if (next.configuration.voters.empty() && wanted == "voters=()") {
    return Verdict::skip("a configuration without voters is invalid here");
  }
  if (const auto valid = next.configuration.validate(); !valid) {
    return Verdict::fail("valid there, here: " + valid.error().message());
  }
  const auto decoded = core::decode_configuration(core::encode_configuration(next.configuration));
  if (!decoded || *decoded != next.configuration) {
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
